// BlockDevice: a disk, partition or layer of this machine, as /sys/block shows it. Nothing here asks a disk,
// so a dead target cannot make it wait.
#pragma once

#include "aoe/address.h"
#include "kernel/system_paths.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kernel {

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
  std::string mac;                      // of an AoE disk: its target's, "0080c8caff65"; "none"
  std::string mapped_name;              // device-mapper's
  std::string technology;        // of a layer: "raid1", "LVM", "CRYPT"; "dm" of another one of device-mapper
  std::string backing_file;      // of a loop device
  unsigned missing_members = 0;  // of an array: those that it lacks, or still has to fill

  std::string path() const;         // "/dev/etherd/e1.0p1", "/dev/mapper/vg-home"
  std::string kernel_path() const;  // "/dev/etherd/e1.0p1", "/dev/dm-0"
  std::string title() const;        // "e1.0p1"; the path of what is not AoE
  bool is_up() const { return state == "up" || state.starts_with("up,"); }
  bool is_target() const { return address && !partition; }  // an AoE disk itself
  bool stands_on(const BlockDevice& other) const {
    return std::find(below.begin(), below.end(), other.name) != below.end();
  }
  // True for both paths: /proc/swaps and mountinfo name device-mapper's disks by either.
  bool is_at(std::string_view some_path) const { return some_path == path() || some_path == kernel_path(); }
};

// All of them, partitions before their disk.
std::vector<BlockDevice> read_block_devices(const SystemPaths& paths);

}  // namespace kernel
