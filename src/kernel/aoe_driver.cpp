#include "kernel/aoe_driver.h"

#include "base/number.h"
#include "kernel/attribute.h"

#include <algorithm>
#include <system_error>

#include <unistd.h>

namespace kernel {

namespace fs = std::filesystem;

bool AoeDriver::has_sysfs() const {
  std::error_code gone;
  return fs::is_directory(paths_.sysfs / "block", gone);
}

bool AoeDriver::loaded() const {
  std::error_code gone;
  return fs::is_directory(module(), gone);
}

std::optional<std::string> AoeDriver::version() const {
  if (auto version = first_line(module() / "version")) return version;
  return parameter("version");
}

std::optional<unsigned> AoeDriver::users() const {
  const auto count = base::parse_number(attribute(module() / "refcnt"));
  if (!count) return std::nullopt;
  return static_cast<unsigned>(*count);
}

AoeDevice AoeDriver::device(aoe::Address address) const {
  AoeDevice device;
  device.name = address.text();
  device.address = address;
  const fs::path folder = folder_of(device.name);
  if (const auto size = first_line(folder / "size")) device.sectors = base::parse_number(*size);
  device.dev = first_line(folder / "dev");
  device.interfaces = first_line(folder / "netif");
  device.payload = first_line(folder / "payload");
  device.state = first_line(folder / "state");
  device.mac = first_line(folder / "mac");
  device.firmware = first_line(folder / "firmware-version");
  return device;
}

bool AoeDriver::knows(std::string_view device_name) const {
  std::error_code gone;
  return fs::is_directory(folder_of(device_name), gone);
}

fs::path AoeDriver::folder_of(std::string_view device_name) const {
  return paths_.sysfs / "block" / (std::string(kAoePrefix) + std::string(device_name));
}

std::vector<AoeDevice> AoeDriver::devices() const {
  std::vector<AoeDevice> devices;
  for (const std::string& name : names_in(paths_.sysfs / "block")) {
    if (!name.starts_with(kAoePrefix)) continue;
    const auto address = aoe::Address::parse(std::string_view(name).substr(kAoePrefix.size()));
    if (address) devices.push_back(device(*address));
  }
  std::ranges::sort(devices, {}, &AoeDevice::address);
  return devices;
}

std::vector<std::string> AoeDriver::partitions_of(std::string_view device_name) const {
  std::vector<std::string> partitions;
  for (const std::string& name : names_in(folder_of(device_name))) {
    if (name.starts_with(kAoePrefix)) partitions.push_back(name.substr(kAoePrefix.size()));
  }
  return partitions;
}

std::optional<std::string> AoeDriver::parameter(std::string_view name) const {
  return first_line(parameter_file(name));
}

bool AoeDriver::parameter_writable(std::string_view name) const {
  return ::access(parameter_file(name).c_str(), W_OK) == 0;
}

// To the driver a list of nothing but blanks has no interface in it; only an empty one means all.
base::Result<> AoeDriver::set_parameter(std::string_view name, std::string_view value) const {
  return write_at_once(parameter_file(name), value.empty() ? std::string_view("\0", 1) : value);
}

bool AoeDriver::has_control_files() const {
  std::error_code gone;
  return fs::exists(control_file("discover"), gone);
}

base::Result<> AoeDriver::steer(std::string_view control, std::string_view text) const {
  return write_at_once(control_file(control), text);
}

std::vector<std::string> interfaces_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty() && list != "none") {
    const std::size_t end = std::min(list.find_first_of(" \t,"), list.size());
    if (end > 0) names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

}  // namespace kernel
