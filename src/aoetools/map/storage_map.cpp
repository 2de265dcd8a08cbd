#include "aoetools/map/storage_map.h"

#include "base/printable.h"
#include "base/units.h"

#include <algorithm>
#include <map>

namespace aoetools {

namespace {

// The name that people know: "e1.0p1", "vg-home" of what the kernel calls dm-0, "md0".
std::string shown_name(const kernel::BlockDevice& device) {
  if (!device.mapped_name.empty()) return base::printable(device.mapped_name);
  return base::printable(std::string_view(device.name).substr(device.name.find('!') + 1));
}

MapNode::Kind kind_of(const kernel::BlockDevice& device) {
  if (device.partition) return MapNode::Kind::partition;
  return device.is_target() ? MapNode::Kind::disk : MapNode::Kind::layer;
}

// Its state, or what made it.
std::string about(const kernel::BlockDevice& device) {
  if (device.partition) return "";
  if (device.is_target()) return device.state.empty() ? "state unknown" : device.state;
  if (!device.technology.empty()) return device.technology;
  return device.backing_file.empty() ? device.name : device.backing_file;
}

std::string detail_of(const kernel::BlockDevice& device) {
  const std::string text = base::printable(about(device));
  if (device.bytes == 0 && !device.is_target()) return text;
  return base::size_text(device.bytes) + (text.empty() ? "" : ", " + text);
}

class Mapper {
 public:
  explicit Mapper(const kernel::Snapshot& snapshot) : snapshot_(snapshot) {}

  void add(const kernel::BlockDevice& device) {
    const std::size_t disk = add_device(device);
    map_.disks.push_back(disk);
    const std::string name = shown_name(device);
    const std::size_t target = node("target " + name, MapNode::Kind::target, name,
                                    device.mac == "none" ? "" : base::printable(device.mac));
    if (device.interfaces.empty()) map_.nodes[target].above.push_back(disk);
    for (const std::string& interface_name : device.interfaces) {
      const std::string shown = base::printable(interface_name);
      const std::size_t interface = node("interface " + shown, MapNode::Kind::interface, shown, "");
      link(target, interface);
      link(interface, disk);
    }
  }

  StorageMap take() { return std::move(map_); }

 private:
  // The node with this key; makes it when there is none yet.
  std::size_t node(const std::string& key, MapNode::Kind kind, std::string name, std::string detail) {
    const auto [at, is_new] = by_key_.try_emplace(key, map_.nodes.size());
    if (is_new) map_.nodes.push_back({kind, std::move(name), std::move(detail), {}});
    return at->second;
  }

  bool carries(std::size_t below, std::size_t above) const {
    if (below == above) return true;
    return std::ranges::any_of(map_.nodes[below].above,
                               [&](std::size_t next) { return carries(next, above); });
  }

  // A link that would close a circle, which no sysfs has, is left out.
  void link(std::size_t below, std::size_t above) {
    if (carries(above, below)) return;
    auto& list = map_.nodes[below].above;
    if (std::ranges::find(list, above) == list.end()) list.push_back(above);
  }

  // The device and all that stands on it.
  std::size_t add_device(const kernel::BlockDevice& device) {
    const std::string key = "device " + device.name;
    if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
    const std::string name = shown_name(device);
    const std::size_t self = node(key, kind_of(device), name, detail_of(device));
    for (const auto* partition : snapshot_.partitions_of(device)) link(self, add_device(*partition));
    const kernel::Uses uses = snapshot_.uses_of(device);
    for (const auto* holder : uses.holders) link(self, add_device(*holder));
    for (const auto* entry : uses.mounts) link(self, add_mount(*entry));
    if (!uses.swaps.empty()) link(self, add_swap(name));
    return self;
  }

  // The mount point, and what is made of files there.
  std::size_t add_mount(const kernel::MountEntry& entry) {
    const std::string where = base::printable(entry.target);
    const std::size_t self = node("use " + where, MapNode::Kind::use, where, base::printable(entry.type));
    const kernel::FileUses uses = snapshot_.uses_of(entry);
    for (const auto* loop : uses.loops) link(self, add_device(*loop));
    for (const auto* swap : uses.swaps) link(self, add_swap(base::printable(swap->path)));
    return self;
  }

  std::size_t add_swap(const std::string& on) {
    const std::string name = "swap of " + on;
    return node("use " + name, MapNode::Kind::use, name, "");
  }

  const kernel::Snapshot& snapshot_;
  StorageMap map_;
  std::map<std::string, std::size_t> by_key_;
};

}  // namespace

StorageMap map_storage(const kernel::Snapshot& snapshot, const std::vector<aoe::Address>& only) {
  std::vector<const kernel::BlockDevice*> disks;
  for (const kernel::BlockDevice& device : snapshot.devices) {
    if (!device.is_target()) continue;
    if (only.empty() || std::ranges::find(only, *device.address) != only.end()) disks.push_back(&device);
  }
  std::ranges::sort(disks, {}, &kernel::BlockDevice::address);
  Mapper mapper(snapshot);
  for (const auto* disk : disks) mapper.add(*disk);
  return mapper.take();
}

std::string_view kind_text(MapNode::Kind kind) {
  constexpr std::string_view kTexts[] = {"target", "interface", "disk", "partition", "layer", "use"};
  return kTexts[static_cast<std::size_t>(kind)];
}

}  // namespace aoetools
