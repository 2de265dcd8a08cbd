#include "kernel/snapshot.h"

#include <algorithm>
#include <set>

namespace kernel {

Snapshot Snapshot::take(const SystemPaths& paths) {
  Snapshot snapshot;
  snapshot.devices = read_block_devices(paths);
  snapshot.mounts = read_mounts(paths.proc / "self" / "mountinfo");
  snapshot.swaps = read_swaps(paths.proc / "swaps");
  return snapshot;
}

const BlockDevice* Snapshot::device(std::string_view name) const {
  const auto it = std::find_if(devices.begin(), devices.end(), [&](const auto& d) { return d.name == name; });
  return it != devices.end() ? &*it : nullptr;
}

const BlockDevice* Snapshot::aoe_device(aoe::Address address, std::optional<unsigned> partition) const {
  const auto it = std::find_if(devices.begin(), devices.end(), [&](const auto& d) {
    return d.address == address && d.partition == partition;
  });
  return it != devices.end() ? &*it : nullptr;
}

const BlockDevice* Snapshot::device_of(const MountEntry& entry) const {
  const auto it = std::find_if(devices.begin(), devices.end(), [&](const BlockDevice& d) {
    return d.number == entry.number || d.is_at(entry.source);
  });
  return it != devices.end() ? &*it : nullptr;
}

std::vector<const BlockDevice*> Snapshot::partitions_of(const BlockDevice& disk) const {
  std::vector<const BlockDevice*> found;
  for (const BlockDevice& device : devices) {
    if (device.partition && device.stands_on(disk)) found.push_back(&device);
  }
  std::ranges::sort(found, {}, &BlockDevice::partition);
  return found;
}

Uses Snapshot::uses_of(const BlockDevice& device) const {
  Uses uses;
  for (const BlockDevice& other : devices) {
    if (!other.partition && other.stands_on(device)) uses.holders.push_back(&other);
  }
  for (const MountEntry& entry : mounts) {
    if (device_of(entry) == &device) uses.mounts.push_back(&entry);
  }
  for (const SwapEntry& swap : swaps) {
    if (device.is_at(swap.path)) uses.swaps.push_back(&swap);
  }
  return uses;
}

bool Snapshot::is_used(const BlockDevice& device) const {
  const auto partitions = partitions_of(device);
  return !uses_of(device).none() || std::any_of(partitions.begin(), partitions.end(),
                                                [&](const auto* partition) { return is_used(*partition); });
}

FileUses Snapshot::uses_of(const MountEntry& entry) const {
  FileUses uses;
  for (const BlockDevice& device : devices) {
    if (!device.backing_file.empty() && mount_of(device.backing_file) == &entry)
      uses.loops.push_back(&device);
  }
  for (const SwapEntry& swap : swaps) {
    const bool is_device =
        std::any_of(devices.begin(), devices.end(), [&](const auto& d) { return d.is_at(swap.path); });
    if (!is_device && mount_of(swap.path) == &entry) uses.swaps.push_back(&swap);
  }
  return uses;
}

const MountEntry* Snapshot::mount_at(std::string_view target) const {
  const auto it =
      std::find_if(mounts.rbegin(), mounts.rend(), [&](const auto& m) { return m.target == target; });
  return it != mounts.rend() ? &*it : nullptr;
}

const MountEntry* Snapshot::mount_of(std::string_view file) const {
  const MountEntry* best = nullptr;
  for (const MountEntry& entry : mounts) {
    if (is_inside(file, entry.target) && (best == nullptr || entry.target.size() >= best->target.size()))
      best = &entry;
  }
  return best;
}

std::vector<const BlockDevice*> Snapshot::beneath(const BlockDevice* top) const {
  std::vector<const BlockDevice*> found;
  const auto add = [&](const BlockDevice* device) {
    if (device != nullptr && std::find(found.begin(), found.end(), device) == found.end())
      found.push_back(device);
  };
  add(top);
  for (std::size_t i = 0; i < found.size(); ++i) {  // grows meanwhile
    for (const std::string& below : found[i]->below) add(device(below));
    if (found[i]->backing_file.empty()) continue;
    if (const MountEntry* entry = mount_of(found[i]->backing_file)) add(device_of(*entry));
  }
  return found;
}

std::vector<const BlockDevice*> Snapshot::targets_beneath(std::string_view name) const {
  auto targets = beneath(device(name));
  std::erase_if(targets, [](const auto* device) { return !device->is_target(); });
  return targets;
}

std::vector<const BlockDevice*> Snapshot::beneath_root() const {
  const MountEntry* root = mount_at("/");
  return beneath(root != nullptr ? device_of(*root) : nullptr);
}

bool Snapshot::root_is_on_aoe() const {
  const auto beneath = beneath_root();
  return std::any_of(beneath.begin(), beneath.end(),
                     [](const auto* device) { return device->address.has_value(); });
}

std::vector<std::string> Snapshot::on_aoe() const {
  std::vector<std::string> found;
  std::set<std::string, std::less<>> known;
  const auto stands = [&](const BlockDevice& device) {
    if (device.is_target()) return true;
    if (std::any_of(device.below.begin(), device.below.end(),
                    [&](const auto& d) { return known.contains(d); })) {
      return true;
    }
    if (device.backing_file.empty()) return false;
    const MountEntry* entry = mount_of(device.backing_file);
    const BlockDevice* disk = entry != nullptr ? device_of(*entry) : nullptr;
    return disk != nullptr && known.contains(disk->name);
  };
  // Layer by layer; there are never many.
  for (bool grew = true; grew;) {
    grew = false;
    for (const BlockDevice& device : devices) {
      if (known.contains(device.name) || !stands(device)) continue;
      known.insert(device.name);
      found.push_back(device.name);
      grew = true;
    }
  }
  return found;
}

}  // namespace kernel
