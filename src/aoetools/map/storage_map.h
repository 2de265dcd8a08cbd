// StorageMap: a view of kernel::Snapshot for `aoe map`: from each AoE target through interfaces, disk,
// partitions, layers (dm, md, loop) and mount points to swap and to what is made of files there.
#pragma once

#include "aoe/address.h"
#include "kernel/snapshot.h"

#include <cstddef>
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

// Maps all AoE disks, or those in `only`.
StorageMap map_storage(const kernel::Snapshot& snapshot, const std::vector<aoe::Address>& only);

// A word for programs: "target", "interface", ...
std::string_view kind_text(MapNode::Kind kind);

// For people: one line a node, disks first, branches drawn with UTF-8 or with ASCII.
std::string map_tree(const StorageMap& map, bool utf8);
// One column a kind, one box a node.
std::string map_svg(const StorageMap& map);

}  // namespace aoetools
