// aoe map: what stands on the AoE disks of this machine, as a tree, as JSON, or as a picture.
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "aoetools/driver_commands/driver_json.h"
#include "aoetools/map/storage_map.h"
#include "aoetools/wire/target_words.h"
#include "kernel/aoe_driver.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace aoetools {

int map(const Invocation& invocation) {
  bool json = false;
  std::string picture;
  std::vector<std::string> words;
  Options options(invocation,
                  "Shows the uses of the driver's disks: partitions, layers of dm and md, mount points.",
                  {{"aoe map", "show a tree"},
                   {"aoe map e1.0", "show the uses of e1.0 only"},
                   {"aoe map --svg map.svg", "draw a diagram, from the target to the mount point"}});
  options.value("--svg", picture, "FILE", "write an SVG diagram to this file")
      .flag("--json", json, "print JSON")
      .words("TARGET", words, "only these, as in e1.0");
  if (const auto status = options.parse()) return *status;
  const auto wanted = addresses_of(invocation, words);
  if (!wanted) return kUsage;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!driver.loaded()) return complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");
  for (const aoe::Address address : *wanted) {
    if (!driver.knows(address.text()))
      return complain(invocation, "the driver has no device {}: 'aoe stat' lists those it has",
                      address.text());
  }
  const StorageMap map = map_storage(kernel::Snapshot::take(driver.paths()), *wanted);
  if (!picture.empty()) {
    std::ofstream file(picture);
    file << map_svg(map);
    file.close();
    if (!file) return complain(invocation, "cannot write {}: {}", picture, std::strerror(errno));
  }
  if (json) {
    fmt::print("{}\n", to_json(map).indented_text());
  } else if (picture.empty()) {
    fmt::print("{}", map_tree(map, speaks_utf8()));
  }
  if (map.disks.empty())
    return complain(invocation, "the driver has no device: 'aoe doctor' looks for the cause");
  return kDone;
}

}  // namespace aoetools
