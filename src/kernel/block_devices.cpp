#include "kernel/block_devices.h"

#include "base/number.h"
#include "base/units.h"
#include "kernel/aoe_driver.h"
#include "kernel/attribute.h"

#include <algorithm>
#include <fstream>

namespace kernel {

namespace fs = std::filesystem;

namespace {

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

// "LVM" of device-mapper's uuid "LVM-abcdef".
std::string technology_of(const fs::path& folder, const std::string& mapped_name) {
  if (mapped_name.empty()) return attribute(folder / "md" / "level");
  const std::string uuid = attribute(folder / "dm" / "uuid");
  const std::size_t dash = uuid.find('-');
  return dash == uuid.npos ? "dm" : uuid.substr(0, dash);
}

void add_disk(std::vector<BlockDevice>& devices, const fs::path& folder, const std::string& name) {
  BlockDevice disk = read_device(folder, name);
  disk.below = names_in(folder / "slaves");
  disk.mapped_name = attribute(folder / "dm" / "name");
  disk.technology = technology_of(folder, disk.mapped_name);
  disk.missing_members =
      static_cast<unsigned>(base::parse_number(attribute(folder / "md" / "degraded")).value_or(0));
  disk.backing_file = attribute(folder / "loop" / "backing_file");
  if (name.starts_with(kAoePrefix)) {
    if (const auto address = aoe::Address::parse(name.substr(kAoePrefix.size()))) disk.address = *address;
    disk.state = attribute(folder / "state");
    read_requests(disk, folder / "stat");
    disk.mac = attribute(folder / "mac");
    disk.interfaces = interfaces_in(attribute(folder / "netif"));
  }
  for (const std::string& entry : names_in(folder)) {
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

std::vector<BlockDevice> read_block_devices(const SystemPaths& paths) {
  std::vector<BlockDevice> devices;
  const fs::path block = paths.sysfs / "block";
  for (const std::string& name : names_in(block)) add_disk(devices, block / name, name);
  return devices;
}

std::string BlockDevice::kernel_path() const {
  return dev_path(name);
}

std::string BlockDevice::path() const {
  return mapped_name.empty() ? kernel_path() : "/dev/mapper/" + mapped_name;
}

std::string BlockDevice::title() const {
  return address ? name.substr(kAoePrefix.size()) : path();
}

}  // namespace kernel
