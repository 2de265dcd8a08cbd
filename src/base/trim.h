// Texts without the blanks around them.
#pragma once

#include <string_view>

namespace base {

std::string_view trimmed(std::string_view text, std::string_view blanks = " \t");

}  // namespace base
