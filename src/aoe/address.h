// Address: the shelf (major) and slot (minor) that name a target on the wire. AoEr11 section 2.
#pragma once

#include "base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace aoe {

struct Address {
  std::uint16_t shelf = 0;  // 0..kMaxShelf, or kAllShelves in a request
  std::uint8_t slot = 0;    // 0..kMaxSlot, or kAllSlots in a request

  static constexpr std::uint16_t kMaxShelf = 0xfffe;
  static constexpr std::uint8_t kMaxSlot = 0xfe;
  static constexpr std::uint16_t kAllShelves = 0xffff;
  static constexpr std::uint8_t kAllSlots = 0xff;

  // "1.0" or "e1.0"; never a broadcast address.
  static base::Result<Address> parse(std::string_view text);
  static constexpr Address broadcast() { return {kAllShelves, kAllSlots}; }

  // "e1.0", the name of the Linux driver's device.
  std::string text() const;
  // True when a request to `this` is meant for the target at `target`: equal, or broadcast in either part.
  constexpr bool reaches(Address target) const {
    return (shelf == target.shelf || shelf == kAllShelves) && (slot == target.slot || slot == kAllSlots);
  }
  constexpr bool is_broadcast() const { return shelf == kAllShelves || slot == kAllSlots; }

  friend constexpr auto operator<=>(const Address&, const Address&) = default;
};

}  // namespace aoe
