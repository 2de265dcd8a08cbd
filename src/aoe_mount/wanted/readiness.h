// Readiness: an item can be brought up now, is up already, or has to wait for something. There is one
// function a kind; they look and decide, and do nothing.
#pragma once

#include "aoe_mount/wanted/device_finder.h"
#include "aoe_mount/work/work.h"
#include "config/client_config.h"
#include "kernel/snapshot.h"

#include <string>
#include <string_view>
#include <vector>

namespace aoe_mount {

struct Readiness {
  enum class State { waiting, there_already, impossible, ready } state = State::waiting;
  std::string text;    // waiting, impossible: why. ready, there_already: the device
  std::string hint{};  // of waiting: a reason behind that
  // Devices of the snapshot. There already: the item itself (of a volume group, its volumes). Else the device
  // that it would be made of, also while that is not ready, if it is one device.
  std::vector<const kernel::BlockDevice*> devices;
  Work work;           // of ready
  bool again = false;  // when the work fails, it is worth trying again with the next device that appears
  bool last_resort = false;      // the work is tried although something else has failed with the same devices
  unsigned missing_members = 0;  // of an array that is there
};

struct View {
  const kernel::Snapshot& snapshot;
  const DeviceFinder& finder;
  Inspector& inspector;
  bool time_is_over = false;
};

Readiness readiness(const config::Mount& mount, const View& view);
Readiness readiness(const config::Swap& swap, const View& view);
Readiness readiness(const config::Encrypted& encrypted, const View& view);
Readiness readiness(const config::Array& array, const View& view);
Readiness readiness(const config::VolumeGroup& group, const View& view);

// Returns the beginning of device-mapper's names of this group's volumes.
std::string mapped_prefix(std::string_view group);
// True if it is a logical volume of this group.
bool is_in_group(const kernel::BlockDevice& device, std::string_view group);

// True if this mount is of the file system that the directory is on: a bind mount of it, as far as can be
// seen.
bool shows(const kernel::MountEntry& entry, std::string_view directory, const kernel::Snapshot& snapshot);

}  // namespace aoe_mount
