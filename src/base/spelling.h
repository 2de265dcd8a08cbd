// "did you mean": the known word that a mistyped one is closest to.
#pragma once

#include <span>
#include <string_view>

namespace base {

// Empty when none is close enough to be meant.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace base
