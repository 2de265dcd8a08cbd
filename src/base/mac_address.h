// MacAddress: an Ethernet address.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

struct MacAddress {
  static constexpr std::size_t kBytes = 6;
  std::array<std::uint8_t, kBytes> octets{};  // in the order they travel

  // "00:80:c8:ca:ff:65", "00-80-c8-ca-ff-65" or "0080c8caff65"; each octet is two hex digits.
  static Result<MacAddress> parse(std::string_view text);
  // A list of them; the error is that of the first text that is none.
  static Result<std::vector<MacAddress>> parse_all(std::span<const std::string> texts);
  static MacAddress load(const std::byte* at);
  static constexpr MacAddress broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }

  void store(std::byte* at) const;
  std::string text() const;  // lower case, with colons
  // Group addresses (multicast and broadcast) can never be the source of a frame.
  constexpr bool is_group() const { return (octets[0] & 1) != 0; }
  constexpr bool is_zero() const { return *this == MacAddress{}; }

  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

}  // namespace base
