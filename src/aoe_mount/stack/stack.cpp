#include "aoe_mount/stack/stack.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace aoe_mount {

namespace {

class Stack {
 public:
  Stack(const kernel::Snapshot& snapshot, const std::vector<kernel::MountElsewhere>& elsewhere)
      : snapshot_(snapshot), elsewhere_(elsewhere) {
    for (std::string& name : snapshot.on_aoe()) devices_.insert(std::move(name));
    for (const kernel::BlockDevice* device : snapshot.beneath_root()) devices_.erase(device->name);
  }

  std::vector<Layer> layers() {
    add_device_layers();
    add_mounts();
    add_mounts_elsewhere();
    add_swaps();
    add_targets();
    return std::move(layers_);
  }

 private:
  // Partitions and AoE disks themselves stay: they go with their disk, and with the driver.
  static bool comes_off(const kernel::BlockDevice& device) { return !device.address && !device.partition; }

  // The layers that this device is, or stands on, so that something on it goes before them.
  void put_above(std::size_t layer, const std::string& device) {
    if (const auto found_layer = device_layers_.find(device); found_layer != device_layers_.end())
      layers_[found_layer->second].above.push_back(layer);
    const kernel::BlockDevice* found = snapshot_.device(device);
    if (found == nullptr || device_layers_.contains(device)) return;
    for (const std::string& below : found->below) put_above(layer, below);
  }

  void add_device_layers() {
    for (const kernel::BlockDevice& device : snapshot_.devices) {
      if (!devices_.contains(device.name) || !comes_off(device)) continue;
      device_layers_[device.name] = layers_.size();
      layers_.push_back({Release{device.name, device.path()}, device.path(), {}, device.name});
    }
    for (const auto& [name, layer] : device_layers_) {
      for (const std::string& below : snapshot_.device(name)->below) put_above(layer, below);
    }
  }

  void add_mounts() {
    std::map<int, std::size_t> mounts;  // by mount id
    for (const kernel::MountEntry& entry : snapshot_.mounts) {
      const kernel::BlockDevice* device = snapshot_.device_of(entry);
      const bool on_aoe = device != nullptr && devices_.contains(device->name);
      const auto outer = mounts.find(entry.parent);
      std::vector<std::size_t> shown;  // mounts that an overlay keeps in use
      for (const std::string& directory : kernel::overlaid_directories(entry)) {
        const kernel::MountEntry* on = snapshot_.mount_of(directory);
        const auto known = on != nullptr ? mounts.find(on->id) : mounts.end();
        if (known != mounts.end()) shown.push_back(known->second);
      }
      if (!on_aoe && outer == mounts.end() && shown.empty()) continue;
      const std::size_t layer = layers_.size();
      mounts[entry.id] = layer;
      layers_.push_back({Detach{entry.target, false},
                         fmt::format("{} ({})", entry.target, on_aoe ? device->title() : entry.type),
                         entry.target, on_aoe ? device->name : std::string()});
      if (outer != mounts.end()) layers_[outer->second].above.push_back(layer);
      for (const std::size_t below : shown) layers_[below].above.push_back(layer);
      if (on_aoe) put_above(layer, device->name);
    }
    // Loop devices whose file lies on one of these mounts.
    for (const auto& [name, layer] : device_layers_) {
      const std::string& file = snapshot_.device(name)->backing_file;
      if (!file.empty()) put_above_mount(layer, file, mounts);
    }
    mounts_ = std::move(mounts);
  }

  void put_above_mount(std::size_t layer, const std::string& file, const std::map<int, std::size_t>& mounts) {
    const kernel::MountEntry* entry = snapshot_.mount_of(file);
    if (entry == nullptr) return;
    if (const auto under = mounts.find(entry->id); under != mounts.end())
      layers_[under->second].above.push_back(layer);
  }

  void add_mounts_elsewhere() {
    std::map<std::pair<std::uint64_t, int>, std::size_t> mounts;  // by process and mount id
    for (const kernel::MountElsewhere& mount : elsewhere_) {
      const kernel::BlockDevice* device = snapshot_.device_of(mount.entry);
      if (device == nullptr || !devices_.contains(device->name)) continue;
      Layer layer;
      layer.work = Detach{mount.entry.target, false, mount.pid};
      layer.name = fmt::format("{} ({}) of {} (pid {})", mount.entry.target, device->title(), mount.process,
                               mount.pid);
      layer.device = device->name;
      layer.elsewhere = true;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (!layers_[i].directory.empty() && layers_[i].device == device->name) layer.above.push_back(i);
      }
      const std::size_t index = layers_.size();
      mounts[{mount.pid, mount.entry.id}] = index;
      layers_.push_back(std::move(layer));
      const auto outer = mounts.find({mount.pid, mount.entry.parent});
      if (outer != mounts.end()) layers_[outer->second].above.push_back(index);
      put_above(index, device->name);
    }
  }

  void add_swaps() {
    for (const kernel::SwapEntry& entry : snapshot_.swaps) {
      const std::string& swap = entry.path;
      const auto device = std::find_if(snapshot_.devices.begin(), snapshot_.devices.end(),
                                       [&](const kernel::BlockDevice& d) { return d.is_at(entry.path); });
      const bool is_device = device != snapshot_.devices.end();
      const kernel::MountEntry* mount = is_device ? nullptr : snapshot_.mount_of(swap);
      const bool on_aoe =
          is_device ? devices_.contains(device->name) : mount != nullptr && mounts_.contains(mount->id);
      if (!on_aoe) continue;
      const std::size_t layer = layers_.size();
      const kernel::BlockDevice* disk = is_device ? &*device : snapshot_.device_of(*mount);
      layers_.push_back({SwapOff{swap},
                         fmt::format("swap on {}", is_device ? device->title() : swap),
                         {},
                         disk != nullptr ? disk->name : std::string()});
      if (is_device) {
        put_above(layer, device->name);
      } else {
        put_above_mount(layer, swap, mounts_);
      }
    }
  }

  void add_targets() {
    for (Layer& layer : layers_) {
      for (const kernel::BlockDevice* target : snapshot_.targets_beneath(layer.device))
        layer.targets.insert(target->name);
    }
    for (bool grew = true; grew;) {
      grew = false;
      for (const Layer& outer : layers_) {
        for (const std::size_t above : outer.above) {
          Targets& targets = layers_[above].targets;
          const std::size_t before = targets.size();
          targets.insert(outer.targets.begin(), outer.targets.end());
          grew = grew || targets.size() > before;
        }
      }
    }
  }

  const kernel::Snapshot& snapshot_;
  const std::vector<kernel::MountElsewhere>& elsewhere_;
  std::set<std::string, std::less<>> devices_;  // on AoE
  std::vector<Layer> layers_;
  std::map<std::string, std::size_t, std::less<>> device_layers_;  // layers of devices
  std::map<int, std::size_t> mounts_;                              // layers of mounts, by id
};

}  // namespace

std::vector<Layer> stack_on_aoe(const kernel::Snapshot& snapshot,
                                const std::vector<kernel::MountElsewhere>& elsewhere) {
  return Stack(snapshot, elsewhere).layers();
}

}  // namespace aoe_mount
