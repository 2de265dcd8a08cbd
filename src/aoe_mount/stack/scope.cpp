#include "aoe_mount/stack/scope.h"

#include "aoe_mount/wanted/readiness.h"

#include <algorithm>

namespace aoe_mount {

namespace {

class Names {
 public:
  Names(const config::Client& client, const kernel::Snapshot& snapshot, const World& world)
      : client_(client), snapshot_(snapshot), world_(world) {}

  bool has(const Layer& layer) const {
    if (!layer.directory.empty()) {
      return std::any_of(client_.mounts.begin(), client_.mounts.end(), [&](const config::Mount& mount) {
        return world_.inspector.resolve(mount.mountpoint.string()) == layer.directory;
      });
    }
    if (const auto* swap = std::get_if<SwapOff>(&layer.work)) return has_swap(swap->path);
    const kernel::BlockDevice* device = snapshot_.device(layer.device);
    return device != nullptr && has_device(*device);
  }

 private:
  bool has_swap(const std::string& path) const {
    return std::any_of(client_.swaps.begin(), client_.swaps.end(), [&](const config::Swap& swap) {
      if (const auto* address = std::get_if<config::AoeDevice>(&swap.source)) {
        const kernel::BlockDevice* device = snapshot_.aoe_device(address->address, address->partition);
        return device != nullptr && device->kernel_path() == path;
      }
      const auto* named = std::get_if<config::DevicePath>(&swap.source);
      return named != nullptr && (named->path == path || world_.inspector.resolve(named->path) == path);
    });
  }

  bool has_device(const kernel::BlockDevice& device) const {
    return std::any_of(client_.arrays.begin(), client_.arrays.end(),
                       [&](const config::Array& array) {
                         return world_.inspector.resolve(array.path) == device.kernel_path();
                       }) ||
           std::any_of(client_.volume_groups.begin(), client_.volume_groups.end(),
                       [&](const config::VolumeGroup& group) { return is_in_group(device, group.name); }) ||
           std::any_of(client_.encrypted.begin(), client_.encrypted.end(),
                       [&](const config::Encrypted& one) { return device.mapped_name == one.name; });
  }

  const config::Client& client_;
  const kernel::Snapshot& snapshot_;
  World world_;
};

void take(std::size_t layer, const std::vector<Layer>& layers, std::vector<bool>& taken) {
  if (taken[layer]) return;
  taken[layer] = true;
  for (const std::size_t above : layers[layer].above) take(above, layers, taken);
}

}  // namespace

std::vector<Layer> layers_of(const config::Client& client, std::vector<Layer> layers,
                             const kernel::Snapshot& snapshot, const World& world) {
  const Names names(client, snapshot, world);
  std::vector<bool> taken(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (names.has(layers[i])) take(i, layers, taken);
  }
  // Mounts in other namespaces share a mount of ours.
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const bool shares = std::any_of(layers[i].above.begin(), layers[i].above.end(),
                                    [&](std::size_t above) { return taken[above]; });
    if (layers[i].elsewhere && shares) take(i, layers, taken);
  }
  std::vector<std::size_t> place(layers.size());
  std::vector<Layer> mine;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    place[i] = mine.size();
    if (taken[i]) mine.push_back(std::move(layers[i]));
  }
  for (Layer& layer : mine) {
    for (std::size_t& above : layer.above) above = place[above];
  }
  return mine;
}

}  // namespace aoe_mount
