#include "config/text_check.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace config {

namespace {

// The bytes of the UTF-8 character that starts `text`, 0 when there is none: cut short, overlong, a
// surrogate, or beyond Unicode.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) > 0x9f) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

bool indents_with_tab(std::string_view line) {
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())).contains('\t');
}

}  // namespace

std::optional<TextFault> find_bad_text(std::span<const std::string_view> lines) {
  int number = 0;
  for (const std::string_view line : lines) {
    ++number;
    for (std::size_t i = 0; i < line.size();) {
      const SourcePosition place{number, static_cast<int>(i) + 1};
      const auto byte = static_cast<std::uint8_t>(line[i]);
      if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
        return TextFault{place, fmt::format("byte 0x{:02x} is no text: is it the right file?", byte)};
      }
      const std::size_t length = utf8_length(line.substr(i));
      if (length == 0) {
        return TextFault{place,
                         fmt::format("byte 0x{:02x} is not UTF-8: save the file in that encoding", byte)};
      }
      i += length;
    }
    if (indents_with_tab(line)) {
      const auto column = static_cast<int>(line.find('\t')) + 1;
      return TextFault{{number, column}, "a tab cannot indent YAML: use spaces"};
    }
  }
  return std::nullopt;
}

}  // namespace config
