#include "aoe_mount/commands/driver_setup.h"

#include <algorithm>

namespace aoe_mount {

bool set_up_driver(const World& world, Progress& progress) {
  if (world.driver.is_loaded()) {
    progress.ok("the driver aoe is there");
    return true;
  }
  progress.step("loading the driver aoe");
  const auto loaded = world.driver.load();
  if (!loaded) progress.error("{}", loaded.error().message);
  return loaded.has_value();
}

// The driver drops all frames of an interface that is not on its list: without its own interfaces, the root
// file system would stop at that moment.
base::Result<> use_interfaces(std::vector<std::string> names, const World& world, Progress& progress) {
  if (names.empty()) return world.driver.use_interfaces(names);
  const kernel::Snapshot snapshot = world.inspector.look();
  for (const kernel::BlockDevice* device : snapshot.beneath_root()) {
    for (const std::string& name : device->interfaces) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      progress.step("{} stays with the driver: the root file system comes by it", name);
      names.push_back(name);
    }
  }
  return world.driver.use_interfaces(names);
}

}  // namespace aoe_mount
