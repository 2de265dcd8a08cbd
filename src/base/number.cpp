#include "base/number.h"

#include <charconv>

namespace base {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, status] = std::from_chars(text.data(), end, value);
  if (text.empty() || status != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

}  // namespace base
