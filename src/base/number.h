// Whole-text numbers: no sign, no leading blanks, no octal surprise, no trailing junk.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace base {

// Decimal digits only; "010" is ten. nullopt when the text is no number or does not fit 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace base
