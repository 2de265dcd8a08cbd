#include "aoe_mount/kernel/snapshot.h"

#include "base/number.h"
#include "base/units.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace aoe_mount {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kAoePrefix = "etherd!";

// The first line of a sysfs attribute; empty when there is none.
std::string attribute(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

// Reads, writes and flushes that are done (the 1st, 5th and 16th number), however they ended; under way (the
// 9th).
void read_requests(BlockDevice& device, const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t number = 0;
  for (int i = 1; in >> number; ++i) {
    if (i == 1 || i == 5 || i == 16) device.completed += number;
    if (i == 9) device.in_flight = number;
  }
}

// Of a list with commas; "none" is the driver's word for an empty one.
std::vector<std::string> words(std::string_view list) {
  std::vector<std::string> found;
  while (!list.empty() && list != "none") {
    const std::size_t end = std::min(list.find(','), list.size());
    if (end > 0) found.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return found;
}

std::vector<std::string> entries(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code gone;
  for (fs::directory_iterator it(directory, gone), end; !gone && it != end; it.increment(gone)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string dev_path(std::string name) {
  std::replace(name.begin(), name.end(), '!', '/');
  return "/dev/" + name;
}

BlockDevice read_device(const fs::path& folder, const std::string& name) {
  BlockDevice device;
  device.name = name;
  device.number = attribute(folder / "dev");
  device.bytes = base::parse_number(attribute(folder / "size")).value_or(0) * base::kSectorBytes;
  return device;
}

void add_disk(std::vector<BlockDevice>& devices, const fs::path& folder, const std::string& name) {
  BlockDevice disk = read_device(folder, name);
  disk.below = entries(folder / "slaves");
  disk.mapped_name = attribute(folder / "dm" / "name");
  disk.backing_file = attribute(folder / "loop" / "backing_file");
  if (name.starts_with(kAoePrefix)) {
    if (const auto address = aoe::Address::parse(name.substr(kAoePrefix.size()))) disk.address = *address;
    disk.state = attribute(folder / "state");
    read_requests(disk, folder / "stat");
    disk.interfaces = words(attribute(folder / "netif"));
  }
  for (const std::string& entry : entries(folder)) {
    const auto number = base::parse_number(attribute(folder / entry / "partition"));
    if (!number) continue;
    BlockDevice partition = read_device(folder / entry, entry);
    partition.below = {name};
    partition.address = disk.address;
    partition.partition = static_cast<unsigned>(*number);
    partition.state = disk.state;
    devices.push_back(std::move(partition));
  }
  devices.push_back(std::move(disk));
}

}  // namespace

std::string BlockDevice::kernel_path() const {
  return dev_path(name);
}

std::string BlockDevice::path() const {
  return mapped_name.empty() ? kernel_path() : "/dev/mapper/" + mapped_name;
}

std::string BlockDevice::title() const {
  return address ? name.substr(kAoePrefix.size()) : path();
}

Snapshot Snapshot::take(const Places& places) {
  Snapshot snapshot;
  const fs::path block = places.sysfs / "block";
  for (const std::string& name : entries(block)) add_disk(snapshot.devices, block / name, name);
  snapshot.mounts = read_mounts(places.proc / "self" / "mountinfo");
  snapshot.swaps = read_swaps(places.proc / "swaps");
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

}  // namespace aoe_mount
