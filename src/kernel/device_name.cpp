#include "kernel/device_name.h"

#include "base/number.h"

namespace kernel {

base::Result<DeviceName> DeviceName::parse(std::string_view text) {
  constexpr std::string_view kDirectory = "/dev/etherd/";
  std::string_view name = text;
  if (name.starts_with(kDirectory)) name.remove_prefix(kDirectory.size());
  DeviceName device;
  const std::size_t p = name.find('p');
  if (p != name.npos) {
    const auto partition = base::parse_number(name.substr(p + 1));
    if (!partition || *partition < 1 || *partition > 255) {
      return base::fail("'{}' is not a device: write e1.0, or e1.0p1 for its first partition", text);
    }
    device.partition = static_cast<unsigned>(*partition);
  }
  const auto address = aoe::Address::parse(name.substr(0, p));
  if (!address) return std::unexpected(address.error());
  device.address = *address;
  return device;
}

std::string DeviceName::text() const {
  return partition == 0 ? address.text() : fmt::format("{}p{}", address.text(), partition);
}

}  // namespace kernel
