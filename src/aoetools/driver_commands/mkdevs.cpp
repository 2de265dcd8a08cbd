// aoe mkdevs (aoe-mkdevs): the control files and the nodes of ten shelves, where nothing else makes them.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/driver_json.h"
#include "aoetools/driver_commands/static_nodes.h"
#include "kernel/device_nodes.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <sys/stat.h>

namespace aoetools {

namespace {

struct ControlFile {
  std::string_view name;
  unsigned mode;
  unsigned minor;
};

constexpr std::array<ControlFile, 5> kControlFiles{{{"err", 0400, 2},
                                                    {"discover", 0200, 3},
                                                    {"interfaces", 0200, 4},
                                                    {"revalidate", 0200, 5},
                                                    {"flush", 0200, 6}}};

base::Result<std::vector<kernel::DeviceNode>> all_nodes(const std::filesystem::path& directory) {
  const auto shelves = environment_number("n_shelves", 10);
  if (!shelves) return std::unexpected(shelves.error());
  const auto partitions = environment_number("n_partitions", 16);
  if (!partitions) return std::unexpected(partitions.error());
  std::vector<kernel::DeviceNode> nodes;
  for (const auto& [name, mode, minor] : kControlFiles)
    nodes.push_back({directory / name, S_IFCHR, mode, minor});
  for (unsigned shelf = 0; shelf < *shelves; ++shelf) {
    std::ranges::move(kernel::shelf_nodes(directory, shelf, *partitions), std::back_inserter(nodes));
  }
  return nodes;
}

}  // namespace

int mkdevs(const Invocation& invocation) {
  bool json = false;
  std::vector<std::string> words;
  Options options(invocation, "Makes the driver's control files and device nodes, without udev or devtmpfs.",
                  {{"aoe mkdevs /dev/etherd", "control files, and the nodes of shelves 0 to 9"},
                   {"n_shelves=1 aoe mkdevs /dev/etherd", "control files, and the nodes of shelf 0"}});
  options.flag("--json", json, "print JSON: each node")
      .words("DIRECTORY", words, "the directory for them; environment: n_shelves (10), n_partitions (16)");
  if (const auto status = options.parse(kFailed)) return *status;
  if (words.size() != 1) {
    fmt::print(stderr, "Usage: {0} {{dir}}\n       n_partitions=16 {0} {{dir}}\n", invocation.name);
    return kFailed;
  }
  if (!static_nodes_wanted(invocation)) return kFailed;
  const auto nodes = all_nodes(words[0]);
  if (!nodes) return complain(invocation, "{}", nodes.error().message);
  std::error_code failed;
  std::filesystem::create_directories(words[0], failed);
  if (failed) return complain(invocation, "cannot make {}: {}", words[0], failed.message());
  if (const auto made = kernel::make_nodes(*nodes); !made)
    return complain(invocation, "{}", made.error().message);
  if (json) fmt::print("{}\n", to_json(*nodes).indented_text());
  return kDone;
}

}  // namespace aoetools
