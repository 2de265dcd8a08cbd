// UTF-8, one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace base {

struct Utf8Character {
  std::size_t bytes = 0;        // 0: the text begins with none
  std::uint32_t character = 0;  // its number in Unicode
};

// The character that begins this text, which is not empty. None is cut short, overlong, a surrogate, or
// beyond Unicode.
Utf8Character first_character(std::string_view text);

}  // namespace base
