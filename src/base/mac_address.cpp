#include "base/mac_address.h"

#include "base/number.h"

namespace base {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<MacAddress> MacAddress::parse(std::string_view text) {
  const auto malformed = [&] {
    return fail("'{}' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65", text);
  };
  const bool separated = text.size() == 3 * kBytes - 1;
  if (!separated && text.size() != 2 * kBytes) return malformed();
  const char separator = separated ? text[2] : '\0';
  if (separated && separator != ':' && separator != '-') return malformed();
  MacAddress mac;
  const std::size_t stride = separated ? 3 : 2;
  for (std::size_t i = 0; i < kBytes; ++i) {
    const std::size_t at = i * stride;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return malformed();
    if (separated && i + 1 < kBytes && text[at + 2] != separator) return malformed();
    mac.octets[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return mac;
}

Result<std::vector<MacAddress>> MacAddress::parse_all(std::span<const std::string> texts) {
  std::vector<MacAddress> macs;
  for (const std::string& text : texts) {
    const auto mac = parse(text);
    if (!mac) return std::unexpected(mac.error());
    macs.push_back(*mac);
  }
  return macs;
}

MacAddress MacAddress::load(const std::byte* at) {
  MacAddress mac;
  std::memcpy(mac.octets.data(), at, kBytes);
  return mac;
}

void MacAddress::store(std::byte* at) const {
  std::memcpy(at, octets.data(), kBytes);
}

std::string MacAddress::text() const {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", octets[0], octets[1], octets[2], octets[3],
                     octets[4], octets[5]);
}

}  // namespace base
