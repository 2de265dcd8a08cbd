#include "aoetools/command_line/printable.h"

#include <fmt/format.h>

namespace aoetools {

std::string printable(base::Bytes bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0x20 && value < 0x7f && value != '\\') {
      text += static_cast<char>(value);
    } else {
      text += fmt::format("\\x{:02x}", value);
    }
  }
  return text;
}

std::string printable(std::string_view text) {
  return printable(std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace aoetools
