#include "mount/left_elsewhere.h"

#include <algorithm>

#include <fmt/format.h>

namespace aoe_mount {

std::vector<LeftElsewhere> left_elsewhere(const Snapshot& snapshot,
                                          const std::vector<MountElsewhere>& mounts) {
  const auto on_aoe = snapshot.on_aoe();
  const auto beneath_root = snapshot.beneath_root();
  std::vector<LeftElsewhere> left;
  for (const MountElsewhere& mount : mounts) {
    const BlockDevice* device = snapshot.device_of(mount.entry);
    if (device == nullptr || std::find(on_aoe.begin(), on_aoe.end(), device->name) == on_aoe.end()) continue;
    if (std::find(beneath_root.begin(), beneath_root.end(), device) != beneath_root.end()) continue;
    left.push_back(
        {fmt::format("{} ({}) of {} (pid {})", mount.entry.target, device->title(), mount.process, mount.pid),
         device->name,
         fmt::format("is in a mount namespace of its own: end what runs there, or nsenter -t {} -m umount {}",
                     mount.pid, mount.entry.target)});
  }
  return left;
}

}  // namespace aoe_mount
