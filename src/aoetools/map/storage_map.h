// StorageMap: what stands on AoE disks: from the target through interfaces, device, partitions and layers
// (dm, md) to mount points, as sysfs and /proc tell it.
#pragma once

#include "kernel/aoe_driver.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aoetools {

struct MapNode {
  enum class Kind { target, interface, disk, partition, layer, use };

  Kind kind;
  std::string name;                // "e1.0", "eth1", "e1.0p1", "vg-root", "/mnt/data"
  std::string detail;              // "2.0 GiB, up", "ext4"; may be empty
  std::vector<std::size_t> above;  // what stands on it, as indices
};

// A graph without circles: an interface leads to many disks, a mirror stands on two.
struct StorageMap {
  std::vector<MapNode> nodes;
  std::vector<std::size_t> disks;  // in the order of shelf and slot
};

// Of all of the driver's devices, or of those in `only`.
StorageMap map_storage(const kernel::AoeDriver& driver, const std::vector<aoe::Address>& only);

// A word for programs: "target", "interface", ...
std::string_view kind_text(MapNode::Kind kind);

// For people: one line a node, disks first, branches drawn with UTF-8 or with ASCII.
std::string map_tree(const StorageMap& map, bool utf8);
// One column a kind, one box a node.
std::string map_svg(const StorageMap& map);

}  // namespace aoetools
