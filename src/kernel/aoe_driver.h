// AoeDriver: the aoe driver of Linux, as sysfs shows it and as its files in /dev/etherd and its parameters
// steer it.
#pragma once

#include "aoe/address.h"
#include "base/result.h"
#include "kernel/system_paths.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kernel {

// sysfs begins the name of an AoE disk or partition like this: '!' is its letter for '/'.
inline constexpr std::string_view kAoePrefix = "etherd!";

// A device as its attributes in /sys/block/etherd!eX.Y show it. What cannot be read is absent.
struct AoeDevice {
  std::string name;  // "e1.0"
  aoe::Address address;
  std::optional<std::uint64_t> sectors;   // of 512 bytes
  std::optional<std::string> dev;         // "152:16"
  std::optional<std::string> interfaces;  // "eth0,eth1"
  std::optional<std::string> payload;     // bytes of data in one frame
  std::optional<std::string> state;       // "up", "down,closewait", ...
  std::optional<std::string> mac;         // twelve hex digits; "none"
  std::optional<std::string> firmware;    // "0x4019"

  bool is_up() const { return state && (*state == "up" || state->starts_with("up,")); }
};

class AoeDriver {
 public:
  explicit AoeDriver(SystemPaths paths) : paths_(std::move(paths)) {}

  const SystemPaths& paths() const { return paths_; }
  bool has_sysfs() const;
  bool loaded() const;
  // "85"; nullopt when the module states none.
  std::optional<std::string> version() const;
  // Counts the users of the module, open disks among them.
  std::optional<unsigned> users() const;

  // In the order of shelf and slot.
  std::vector<AoeDevice> devices() const;
  // One device, whether or not the driver has it: its attributes are then absent.
  AoeDevice device(aoe::Address address) const;
  bool knows(std::string_view device_name) const;
  // /sys/block/etherd!e1.0
  std::filesystem::path folder_of(std::string_view device_name) const;
  // "e1.0p1", "e1.0p2"; none of a device that is not there.
  std::vector<std::string> partitions_of(std::string_view device_name) const;

  // A file of /sys/module/aoe/parameters, without its newline.
  std::optional<std::string> parameter(std::string_view name) const;
  bool parameter_writable(std::string_view name) const;
  base::Result<> set_parameter(std::string_view name, std::string_view value) const;

  // /dev/etherd/CONTROL
  std::filesystem::path control_file(std::string_view control) const { return paths_.etherd / control; }
  bool has_control_files() const;
  // One write(2) of `text` to /dev/etherd/CONTROL: the driver takes each write as one command.
  base::Result<> steer(std::string_view control, std::string_view text) const;

 private:
  std::filesystem::path module() const { return paths_.sysfs / "module" / "aoe"; }
  std::filesystem::path parameter_file(std::string_view name) const { return module() / "parameters" / name; }

  SystemPaths paths_;
};

// The names in a list of interfaces, as the driver shows it in netif ("eth0,eth1", "none" for an empty one)
// and takes it in aoe_iflist ("eth0 eth1").
std::vector<std::string> interfaces_in(std::string_view list);

}  // namespace kernel
