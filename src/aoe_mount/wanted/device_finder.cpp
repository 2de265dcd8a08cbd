#include "aoe_mount/wanted/device_finder.h"

#include <algorithm>

#include <fmt/ranges.h>
#include <strings.h>

namespace aoe_mount {

namespace {

// Usable: the driver has said how large it is, and the target answers as far as the driver knows.
bool is_ready(const kernel::BlockDevice& device) {
  return device.bytes > 0 && (!device.address || device.is_up());
}

Find find_address(const config::AoeDevice& source, const kernel::Snapshot& snapshot) {
  const std::string name = source_text(source);
  const kernel::BlockDevice* device = snapshot.aoe_device(source.address, source.partition);
  if (device == nullptr && source.partition) {
    const kernel::BlockDevice* disk = snapshot.aoe_device(source.address, std::nullopt);
    if (disk != nullptr && is_ready(*disk)) {
      return {
          nullptr, nullptr,
          fmt::format("{} is there, but no partition {} appeared on it", disk->title(), *source.partition)};
    }
  }
  if (device == nullptr) return {nullptr, nullptr, fmt::format("{} did not appear", name)};
  if (device->bytes == 0)
    return {nullptr, device, fmt::format("{} is there, but its size did not become known", name)};
  if (!device->is_up())
    return {nullptr, device,
            fmt::format("{} is there, but did not leave the state '{}'", name, device->state)};
  return {device, device, {}};
}

bool is_same(const std::string& one, const std::string& other) {
  return ::strcasecmp(one.c_str(), other.c_str()) == 0;
}

bool is_named(const Signature& found, const config::MountSource& source) {
  if (const auto* name = std::get_if<config::FsUuid>(&source)) return is_same(name->uuid, found.uuid);
  if (const auto* name = std::get_if<config::PartUuid>(&source)) return is_same(name->uuid, found.part_uuid);
  if (const auto* name = std::get_if<config::FsLabel>(&source)) return name->label == found.label;
  const auto* name = std::get_if<config::PartLabel>(&source);
  return name != nullptr && name->label == found.part_label;
}

}  // namespace

void DeviceFinder::probe_new(const kernel::Snapshot& snapshot) {
  for (const std::string& name : snapshot.on_aoe()) {
    const kernel::BlockDevice& device = *snapshot.device(name);
    if (!is_ready(device)) continue;
    const auto [known, is_new] = probed_.try_emplace(name);
    if (!is_new && (known->second.job >= 0 || known->second.bytes == device.bytes)) continue;
    known->second = {world_.tasks.start(Probe{device.path()}), device.bytes, {}};
  }
}

bool DeviceFinder::take(const Finished& finished) {
  for (auto& [name, probed] : probed_) {
    if (probed.job != finished.job) continue;
    probed.job = -1;
    probed.signature = finished.outcome.found;
    probed.error = finished.outcome.done ? "" : finished.outcome.text;
    return true;
  }
  return false;
}

const kernel::BlockDevice* DeviceFinder::at_path(const std::string& path,
                                                 const kernel::Snapshot& snapshot) const {
  // Without udev, /dev/mapper holds the nodes themselves, not links to them.
  const std::string real = world_.inspector.resolve(path);
  const auto device =
      std::find_if(snapshot.devices.begin(), snapshot.devices.end(), [&](const kernel::BlockDevice& d) {
        return d.kernel_path() == real || d.path() == real || d.path() == path;
      });
  return device != snapshot.devices.end() ? &*device : nullptr;
}

bool DeviceFinder::is_idle() const {
  return std::all_of(probed_.begin(), probed_.end(), [](const auto& one) { return one.second.job < 0; });
}

bool DeviceFinder::is_probing(const kernel::BlockDevice& device) const {
  const auto probed = probed_.find(device.name);
  return probed != probed_.end() && probed->second.job >= 0;
}

Find DeviceFinder::find(const config::MountSource& source, const kernel::Snapshot& snapshot) const {
  if (const auto* address = std::get_if<config::AoeDevice>(&source)) return find_address(*address, snapshot);
  if (const auto* path = std::get_if<config::DevicePath>(&source)) {
    const kernel::BlockDevice* device = at_path(path->path, snapshot);
    if (device != nullptr && is_ready(*device)) return {device, device, {}};
    return {nullptr, device, fmt::format("{} did not appear", path->path)};
  }
  return find_by_signature(source, snapshot);
}

// A device with another one on top, such as the leg of a mirror, may hold the same signature: that is found
// on the top one. The devices of one btrfs have one UUID, and the kernel takes any of them for all.
Find DeviceFinder::find_by_signature(const config::MountSource& source,
                                     const kernel::Snapshot& snapshot) const {
  Find found;
  bool all_btrfs = true;
  for (const auto& [name, probed] : probed_) {
    const kernel::BlockDevice* device = snapshot.device(name);
    if (device == nullptr || !is_ready(*device)) continue;
    if (!probed.error.empty()) found.hint = probed.error;
    if (!is_named(probed.signature, source) || !snapshot.uses_of(*device).holders.empty()) continue;
    found.candidates.push_back(device);
    all_btrfs = all_btrfs && probed.signature.type == "btrfs";
  }
  if (found.candidates.empty()) {
    found.why_not = fmt::format("no AoE device with {} appeared", source_text(source));
  } else if (found.candidates.size() == 1 || all_btrfs) {
    return {found.candidates.front(), found.candidates.front(), {}};
  } else {
    std::vector<std::string> titles;
    for (const kernel::BlockDevice* device : found.candidates) titles.push_back(device->title());
    found.why_not = fmt::format(
        "{} {} have {}: give the address of one instead, or change the UUID or label of the other",
        fmt::join(titles, " and "), titles.size() == 2 ? "both" : "all", source_text(source));
  }
  return found;
}

}  // namespace aoe_mount
