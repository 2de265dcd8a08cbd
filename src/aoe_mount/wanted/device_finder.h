// DeviceFinder: finds the device that the source of a mount names. Addresses are looked up; UUIDs and labels
// are read from each device on AoE once, in a process of its own, because a silent target would hold us up.
#pragma once

#include "aoe_mount/machine/world.h"
#include "config/client_config.h"

#include <map>
#include <string>

namespace aoe_mount {

struct Find {
  const kernel::BlockDevice* device = nullptr;  // of the snapshot
  const kernel::BlockDevice* seen = nullptr;    // the same, or one that is there but not ready
  std::string why_not;                          // "e1.0 did not appear"
  std::string hint{};                           // a reason behind that, to be put at the end of a message
  // Those that fit a UUID or label, if there are several.
  std::vector<const kernel::BlockDevice*> candidates{};
};

class DeviceFinder {
 public:
  explicit DeviceFinder(const World& world) : world_(world) {}

  // Starts probing what has not been probed yet.
  void probe_new(const kernel::Snapshot& snapshot);
  // True when the finished job was a probe of ours.
  bool take(const Finished& finished);
  // True if no probe is under way.
  bool is_idle() const;
  // True if this device is being probed and has not answered yet.
  bool is_probing(const kernel::BlockDevice& device) const;
  Find find(const config::MountSource& source, const kernel::Snapshot& snapshot) const;
  // The device that this path of /dev leads to; nullptr: none yet.
  const kernel::BlockDevice* at_path(const std::string& path, const kernel::Snapshot& snapshot) const;

 private:
  struct Probed {
    int job = -1;  // -1: finished
    std::uint64_t bytes = 0;
    Signature signature;
    std::string error{};
  };
  Find find_by_signature(const config::MountSource& source, const kernel::Snapshot& snapshot) const;

  World world_;
  std::map<std::string, Probed, std::less<>> probed_;  // by the device's name
};

}  // namespace aoe_mount
