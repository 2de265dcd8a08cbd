// Snapshot: the block devices, mounts and swaps of this machine at one moment, and which of them stand on
// AoE. Read from sysfs and procfs alone: nothing here asks a disk, so a dead target cannot make it wait.
#pragma once

#include "aoe/address.h"
#include "kernel/block_devices.h"
#include "kernel/mounts.h"
#include "kernel/swaps.h"
#include "kernel/system_paths.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kernel {

// The users of a device itself, which would lose it.
struct Uses {
  std::vector<const BlockDevice*> holders;  // layers: LVM, md, dm-crypt
  std::vector<const MountEntry*> mounts;
  std::vector<const SwapEntry*> swaps;

  bool none() const { return holders.empty() && mounts.empty() && swaps.empty(); }
};

// The uses of a mount's files.
struct FileUses {
  std::vector<const BlockDevice*> loops;
  std::vector<const SwapEntry*> swaps;
};

struct Snapshot {
  std::vector<BlockDevice> devices;
  std::vector<MountEntry> mounts;  // oldest first
  std::vector<SwapEntry> swaps;

  static Snapshot take(const SystemPaths& paths);

  const BlockDevice* device(std::string_view name) const;
  // The device or partition at this AoE address.
  const BlockDevice* aoe_device(aoe::Address address, std::optional<unsigned> partition) const;
  // The device that is mounted there, if it is one of `devices`.
  const BlockDevice* device_of(const MountEntry& entry) const;
  // The partitions of this device, by number.
  std::vector<const BlockDevice*> partitions_of(const BlockDevice& disk) const;
  Uses uses_of(const BlockDevice& device) const;
  // True when something stands on this device or on one of its partitions.
  bool is_used(const BlockDevice& device) const;
  FileUses uses_of(const MountEntry& entry) const;
  // The topmost mount at exactly this directory.
  const MountEntry* mount_at(std::string_view target) const;
  // The mount that this file is on.
  const MountEntry* mount_of(std::string_view file) const;
  // This device and all that it stands on, from the top down, each once; of no device nothing.
  std::vector<const BlockDevice*> beneath(const BlockDevice* top) const;
  // The AoE disks among that.
  std::vector<const BlockDevice*> targets_beneath(std::string_view name) const;
  // The devices below the root file system: in use until the machine is off.
  std::vector<const BlockDevice*> beneath_root() const;
  // True when AoE is among those.
  bool root_is_on_aoe() const;
  // AoE disks, their partitions, and all that stands on them: names, what stands on top last.
  std::vector<std::string> on_aoe() const;
};

}  // namespace kernel
