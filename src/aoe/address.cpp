#include "aoe/address.h"

#include "base/number.h"

namespace aoe {

base::Result<Address> Address::parse(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('e')) digits.remove_prefix(1);
  const std::size_t dot = digits.find('.');
  if (dot == std::string_view::npos) {
    return base::fail("'{}' is not an AoE address: write shelf.slot, as in 1.0 or e1.0", text);
  }
  const auto shelf = base::parse_number(digits.substr(0, dot));
  const auto slot = base::parse_number(digits.substr(dot + 1));
  if (!shelf || !slot) {
    return base::fail("'{}' is not an AoE address: write shelf.slot, as in 1.0 or e1.0", text);
  }
  if (*shelf > kMaxShelf) return base::fail("shelf {} of '{}' is not in 0..{}", *shelf, text, kMaxShelf);
  if (*slot > kMaxSlot) return base::fail("slot {} of '{}' is not in 0..{}", *slot, text, kMaxSlot);
  return Address{static_cast<std::uint16_t>(*shelf), static_cast<std::uint8_t>(*slot)};
}

std::string Address::text() const {
  return fmt::format("e{}.{}", shelf, slot);
}

}  // namespace aoe
