#include "config/text_check.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace config {

namespace {

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
      const std::size_t length = base::first_character(line.substr(i)).bytes;
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
