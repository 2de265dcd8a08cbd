// aoe mkshelf (aoe-mkshelf): the device nodes of one shelf, on systems where nothing else makes them.
#include "aoe/address.h"
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/driver_json.h"
#include "aoetools/driver_commands/static_nodes.h"
#include "base/number.h"
#include "kernel/device_nodes.h"

namespace aoetools {

int mkshelf(const Invocation& invocation) {
  bool json = false;
  std::vector<std::string> words;
  Options options(invocation, "Makes the device nodes of one shelf, without udev or devtmpfs.",
                  {{"aoe mkshelf /dev/etherd 1", "e1.0 to e1.15, each with 15 partitions"}});
  options.flag("--json", json, "print JSON: each node")
      .words("WORD", words, "DIRECTORY SHELF; environment: n_partitions, nodes of a slot (16)");
  if (const auto status = options.parse(kFailed)) return *status;
  if (words.size() != 2) {
    fmt::print(stderr,
               "Usage: {0} {{dir}} {{shelfaddress}}\n       n_partitions=16 {0} {{dir}} {{shelfaddress}}\n",
               invocation.name);
    return kFailed;
  }
  if (!static_nodes_wanted(invocation)) return kFailed;

  const auto shelf = base::parse_number(words[1]);
  if (!shelf || *shelf > aoe::Address::kMaxShelf) {
    return complain(invocation, "'{}' is not a shelf in 0..{}", words[1], aoe::Address::kMaxShelf);
  }
  const auto partitions = environment_number("n_partitions", 16);
  if (!partitions) return complain(invocation, "{}", partitions.error().message);
  const auto nodes = kernel::shelf_nodes(words[0], static_cast<unsigned>(*shelf), *partitions);
  if (const auto made = kernel::make_nodes(nodes); !made)
    return complain(invocation, "{}", made.error().message);
  if (json) fmt::print("{}\n", to_json(nodes).indented_text());
  return kDone;
}

}  // namespace aoetools
