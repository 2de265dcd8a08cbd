// Snapshot: the block devices, mounts and swaps of this machine at one moment, and which of them stand on
// AoE. Read from sysfs and procfs alone: nothing here asks a disk, so a dead target cannot make it wait.
#pragma once

#include "aoe/address.h"
#include "aoe_mount/kernel/mounts.h"
#include "aoe_mount/kernel/places.h"
#include "aoe_mount/kernel/swaps.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aoe_mount {

struct BlockDevice {
  std::string name;    // sysfs's: "etherd!e1.0p1", "dm-0"
  std::string number;  // "152:1"
  std::uint64_t bytes = 0;
  std::vector<std::string> below;       // names of the devices that it stands on; a partition's disk
  std::optional<aoe::Address> address;  // of an AoE disk, and of its partitions
  std::optional<unsigned> partition;    // its number, from 1
  std::string state;                    // of an AoE disk and its partitions: "up", "down,closewait"
  std::uint64_t completed = 0;          // of an AoE disk: requests answered since it is there
  std::uint64_t in_flight = 0;          // of an AoE disk: requests sent and not answered
  std::vector<std::string> interfaces;  // of an AoE disk: those that the driver reaches it by
  std::string mapped_name;              // device-mapper's
  std::string backing_file;             // of a loop device

  std::string path() const;         // "/dev/etherd/e1.0p1", "/dev/mapper/vg-home"
  std::string kernel_path() const;  // "/dev/etherd/e1.0p1", "/dev/dm-0"
  std::string title() const;        // "e1.0p1"; the path of what is not AoE
  bool is_up() const { return state == "up" || state.starts_with("up,"); }
  bool is_target() const { return address && !partition; }  // an AoE disk itself
  // Its path in /proc/swaps, where device-mapper's disks come by the one name or the other.
  bool is_at(std::string_view some_path) const { return some_path == path() || some_path == kernel_path(); }
};

using Targets = std::set<std::string, std::less<>>;  // AoE disks by their names

struct Snapshot {
  std::vector<BlockDevice> devices;
  std::vector<MountEntry> mounts;  // oldest first
  std::vector<SwapEntry> swaps;

  static Snapshot take(const Places& places);

  const BlockDevice* device(std::string_view name) const;
  // The device or partition at this AoE address.
  const BlockDevice* aoe_device(aoe::Address address, std::optional<unsigned> partition) const;
  // The device that is mounted there, if it is one of `devices`.
  const BlockDevice* device_of(const MountEntry& entry) const;
  // The topmost mount at exactly this directory.
  const MountEntry* mount_at(std::string_view target) const;
  // The mount that this file is on.
  const MountEntry* mount_of(std::string_view file) const;
  // This device and all that it stands on, from the top down, each once; of no device nothing.
  std::vector<const BlockDevice*> beneath(const BlockDevice* top) const;
  // The AoE disks among that.
  std::vector<const BlockDevice*> targets_beneath(std::string_view name) const;
  // What the root file system stands on: in use until the machine is off.
  std::vector<const BlockDevice*> beneath_root() const;
  // Whether that is AoE in the end.
  bool root_is_on_aoe() const;
  // AoE disks, their partitions, and all that stands on them: names, what stands on top last.
  std::vector<std::string> on_aoe() const;
};

}  // namespace aoe_mount
