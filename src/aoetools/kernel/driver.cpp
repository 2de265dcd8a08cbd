#include "aoetools/kernel/driver.h"

#include "base/fd.h"
#include "base/number.h"

#include <algorithm>
#include <array>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aoetools {

namespace {

constexpr std::string_view kBlockPrefix = "etherd!";

base::Result<> write_once(const std::filesystem::path& file, std::string_view text) {
  const base::Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return base::fail_errno(errno, "{}", file.native());
  if (::write(fd.get(), text.data(), text.size()) < 0) return base::fail_errno(errno, "{}", file.native());
  return {};
}

}  // namespace

std::optional<std::string> read_line(const std::filesystem::path& file) {
  const base::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::array<char, 4096> page;  // a sysfs attribute is never longer
  const ssize_t bytes = ::read(fd.get(), page.data(), page.size());
  if (bytes < 0) return std::nullopt;
  const std::string_view text(page.data(), static_cast<std::size_t>(bytes));
  return std::string(text.substr(0, text.find('\n')));
}

bool Driver::has_sysfs() const {
  return std::filesystem::is_directory(places_.sysfs / "block");
}

bool Driver::loaded() const {
  return std::filesystem::is_directory(module());
}

Device Driver::device(aoe::Address address) const {
  Device device;
  device.name = address.text();
  device.address = address;
  const auto attributes = places_.sysfs / "block" / (std::string(kBlockPrefix) + device.name);
  if (const auto size = read_line(attributes / "size")) device.sectors = base::parse_number(*size);
  device.dev = read_line(attributes / "dev");
  device.interfaces = read_line(attributes / "netif");
  device.payload = read_line(attributes / "payload");
  device.state = read_line(attributes / "state");
  device.mac = read_line(attributes / "mac");
  device.firmware = read_line(attributes / "firmware-version");
  return device;
}

bool Driver::knows(std::string_view device_name) const {
  return std::filesystem::is_directory(places_.sysfs / "block" /
                                       (std::string(kBlockPrefix) + std::string(device_name)));
}

std::vector<Device> Driver::devices() const {
  std::vector<Device> devices;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(places_.sysfs / "block", unreadable)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kBlockPrefix)) continue;
    const auto address = aoe::Address::parse(std::string_view(name).substr(kBlockPrefix.size()));
    if (address) devices.push_back(device(*address));
  }
  std::ranges::sort(devices, {}, &Device::address);
  return devices;
}

std::optional<std::string> Driver::version() const {
  if (auto version = read_line(module() / "version")) return version;
  return parameter("version");
}

std::optional<std::string> Driver::parameter(std::string_view name) const {
  return read_line(module() / "parameters" / name);
}

bool Driver::parameter_writable(std::string_view name) const {
  return ::access((module() / "parameters" / name).c_str(), W_OK) == 0;
}

base::Result<> Driver::set_parameter(std::string_view name, std::string_view text) const {
  return write_once(module() / "parameters" / name, text);
}

bool Driver::usable(const Invocation& invocation, std::string_view control,
                    std::string_view full_stop) const {
  const auto file = places_.etherd / control;
  if (::access(file.c_str(), W_OK) != 0) {
    const bool exists = ::access(file.c_str(), F_OK) == 0;
    complain(invocation, "{} does not exist or is not writeable{}", file.native(), full_stop);
    if (!loaded()) {
      complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");
    } else if (!exists) {
      complain(invocation, "neither udev nor devtmpfs made it: run 'aoe-mkdevs {}'", places_.etherd.native());
    } else {
      complain(invocation, "run it as root or as a member of the group that may write it");
    }
    return false;
  }
  struct stat status;
  if (::stat(file.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) {
    complain(invocation, "{} is not a character device file", file.native());
    complain(invocation, "use udev or aoe-mkdevs to create it");
    return false;
  }
  return true;
}

base::Result<> Driver::steer(std::string_view control, std::string_view text) const {
  return write_once(places_.etherd / control, text);
}

}  // namespace aoetools
