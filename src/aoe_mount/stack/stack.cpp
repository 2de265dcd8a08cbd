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

  std::vector<Piece> pieces() {
    add_layers();
    add_mounts();
    add_mounts_elsewhere();
    add_swaps();
    add_targets();
    return std::move(pieces_);
  }

 private:
  // Partitions and AoE disks themselves stay: they go with their disk, and with the driver.
  static bool is_layer(const kernel::BlockDevice& device) { return !device.address && !device.partition; }

  // The layers that this device is, or stands on, so that something on it goes before them.
  void put_above(std::size_t piece, const std::string& device) {
    if (const auto layer = layers_.find(device); layer != layers_.end())
      pieces_[layer->second].above.push_back(piece);
    const kernel::BlockDevice* found = snapshot_.device(device);
    if (found == nullptr || layers_.contains(device)) return;
    for (const std::string& below : found->below) put_above(piece, below);
  }

  void add_layers() {
    for (const kernel::BlockDevice& device : snapshot_.devices) {
      if (!devices_.contains(device.name) || !is_layer(device)) continue;
      layers_[device.name] = pieces_.size();
      pieces_.push_back({Release{device.name, device.path()}, device.path(), {}, device.name});
    }
    for (const auto& [name, piece] : layers_) {
      for (const std::string& below : snapshot_.device(name)->below) put_above(piece, below);
    }
  }

  void add_mounts() {
    std::map<int, std::size_t> mounts;  // by mount id
    for (const kernel::MountEntry& entry : snapshot_.mounts) {
      const kernel::BlockDevice* device = snapshot_.device_of(entry);
      const bool on_aoe = device != nullptr && devices_.contains(device->name);
      const auto outer = mounts.find(entry.parent);
      if (!on_aoe && outer == mounts.end()) continue;
      const std::size_t piece = pieces_.size();
      mounts[entry.id] = piece;
      pieces_.push_back({Detach{entry.target, false},
                         fmt::format("{} ({})", entry.target, on_aoe ? device->title() : entry.type),
                         entry.target, on_aoe ? device->name : std::string()});
      if (outer != mounts.end()) pieces_[outer->second].above.push_back(piece);
      if (on_aoe) put_above(piece, device->name);
    }
    // Loop devices whose file lies on one of these mounts.
    for (const auto& [name, piece] : layers_) {
      const std::string& file = snapshot_.device(name)->backing_file;
      if (!file.empty()) put_above_mount(piece, file, mounts);
    }
    mounts_ = std::move(mounts);
  }

  void put_above_mount(std::size_t piece, const std::string& file, const std::map<int, std::size_t>& mounts) {
    const kernel::MountEntry* entry = snapshot_.mount_of(file);
    if (entry == nullptr) return;
    if (const auto under = mounts.find(entry->id); under != mounts.end())
      pieces_[under->second].above.push_back(piece);
  }

  void add_mounts_elsewhere() {
    std::map<std::pair<std::uint64_t, int>, std::size_t> mounts;  // by process and mount id
    for (const kernel::MountElsewhere& mount : elsewhere_) {
      const kernel::BlockDevice* device = snapshot_.device_of(mount.entry);
      if (device == nullptr || !devices_.contains(device->name)) continue;
      Piece piece;
      piece.work = Detach{mount.entry.target, false, mount.pid};
      piece.name = fmt::format("{} ({}) of {} (pid {})", mount.entry.target, device->title(), mount.process,
                               mount.pid);
      piece.device = device->name;
      piece.elsewhere = true;
      for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (!pieces_[i].directory.empty() && pieces_[i].device == device->name) piece.above.push_back(i);
      }
      const std::size_t index = pieces_.size();
      mounts[{mount.pid, mount.entry.id}] = index;
      pieces_.push_back(std::move(piece));
      const auto outer = mounts.find({mount.pid, mount.entry.parent});
      if (outer != mounts.end()) pieces_[outer->second].above.push_back(index);
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
      const std::size_t piece = pieces_.size();
      const kernel::BlockDevice* disk = is_device ? &*device : snapshot_.device_of(*mount);
      pieces_.push_back({SwapOff{swap},
                         fmt::format("swap on {}", is_device ? device->title() : swap),
                         {},
                         disk != nullptr ? disk->name : std::string()});
      if (is_device) {
        put_above(piece, device->name);
      } else {
        put_above_mount(piece, swap, mounts_);
      }
    }
  }

  void add_targets() {
    for (Piece& piece : pieces_) {
      for (const kernel::BlockDevice* target : snapshot_.targets_beneath(piece.device))
        piece.targets.insert(target->name);
    }
    for (bool grew = true; grew;) {
      grew = false;
      for (const Piece& outer : pieces_) {
        for (const std::size_t above : outer.above) {
          Targets& targets = pieces_[above].targets;
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
  std::vector<Piece> pieces_;
  std::map<std::string, std::size_t, std::less<>> layers_;  // pieces of devices
  std::map<int, std::size_t> mounts_;                       // pieces of mounts, by id
};

}  // namespace

std::vector<Piece> stack_on_aoe(const kernel::Snapshot& snapshot,
                                const std::vector<kernel::MountElsewhere>& elsewhere) {
  return Stack(snapshot, elsewhere).pieces();
}

}  // namespace aoe_mount
