// Driver: the Linux aoe driver, as sysfs shows it and as /dev/etherd steers it.
#pragma once

#include "aoe/address.h"
#include "aoetools/command_line/invocation.h"
#include "aoetools/kernel/places.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aoetools {

// A device as its attributes in /sys/block/etherd!eX.Y show it. What cannot be read is absent.
struct Device {
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

class Driver {
 public:
  explicit Driver(Places places) : places_(std::move(places)) {}

  const Places& places() const { return places_; }
  bool has_sysfs() const;
  bool loaded() const;
  // In the order of shelf and slot.
  std::vector<Device> devices() const;
  // One device, whether or not the driver has it: its attributes are then absent.
  Device device(aoe::Address address) const;
  bool knows(std::string_view device_name) const;
  // "85"; nullopt when the module states none.
  std::optional<std::string> version() const;
  // A file of /sys/module/aoe/parameters, without its newline.
  std::optional<std::string> parameter(std::string_view name) const;

  // Why /dev/etherd/CONTROL cannot be written, told on stderr with what to do about it; true: it can.
  bool usable(const Invocation& invocation, std::string_view control, std::string_view full_stop) const;
  // One write(2) of `text` to /dev/etherd/CONTROL: the driver takes each write as one command.
  base::Result<> steer(std::string_view control, std::string_view text) const;
  base::Result<> set_parameter(std::string_view name, std::string_view text) const;
  bool parameter_writable(std::string_view name) const;

 private:
  std::filesystem::path module() const { return places_.sysfs / "module" / "aoe"; }

  Places places_;
};

// The first line of a file, or nullopt.
std::optional<std::string> read_line(const std::filesystem::path& file);

}  // namespace aoetools
