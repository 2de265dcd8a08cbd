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

// The driver drops all frames of an interface that is not on its list: what is on the disks behind it would
// hang from that moment.
base::Result<> use_interfaces(std::vector<std::string> names, const World& world, Progress& progress) {
  if (names.empty()) return world.driver.use_interfaces(names);
  const kernel::Snapshot snapshot = world.inspector.look();
  const auto beneath_root = snapshot.beneath_root();
  for (const kernel::BlockDevice& device : snapshot.devices) {
    const bool is_root = std::ranges::count(beneath_root, &device) > 0;
    if (!device.is_target() || (!is_root && !snapshot.is_used(device))) continue;
    for (const std::string& name : device.interfaces) {
      if (std::ranges::count(names, name) > 0) continue;
      progress.step(
          "{} stays with the driver: {}", name,
          is_root ? "the root file system comes by it" : fmt::format("{} is in use over it", device.title()));
      names.push_back(name);
    }
  }
  return world.driver.use_interfaces(names);
}

}  // namespace aoe_mount
