#include "base/printable.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace base {

namespace {

constexpr std::size_t kMaxShown = 60;  // bytes

// One character, or one byte that begins none: that steers like a NUL.
Utf8Character first_piece(std::string_view text) {
  const Utf8Character first = first_character(text);
  return first.bytes == 0 ? Utf8Character{.bytes = 1} : first;
}

// Characters that move the cursor, end the line, or make others change places.
bool is_steering(std::uint32_t character) {
  const auto within = [character](std::uint32_t first, std::uint32_t last) {
    return character >= first && character <= last;
  };
  return within(0, 0x1f) || within(0x7f, 0x9f) || character == 0x61c || within(0x200b, 0x200f) ||
         within(0x2028, 0x202e) || within(0x2060, 0x206f) || character == 0xfeff || within(0xfff9, 0xfffb) ||
         within(0xe0000, 0xe0fff);
}

template <class Keep>
std::string escaped(std::string_view text, Keep keep, std::size_t most = std::string_view::npos) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Character piece = first_piece(text.substr(at));
    if (at + piece.bytes > most) break;
    const std::string_view part = text.substr(at, piece.bytes);
    if (!is_steering(piece.character) && keep(piece.character)) {
      out += part;
    } else {
      for (const char c : part) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    at += piece.bytes;
  }
  if (at < text.size()) out += "...";
  return out;
}

}  // namespace

std::string printable(Bytes bytes) {
  return printable(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string printable(std::string_view text) {
  return escaped(text, [](std::uint32_t character) { return character < 0x80 && character != '\\'; });
}

std::string legible(std::string_view text) {
  return escaped(text, [](std::uint32_t) { return true; });
}

std::string legible_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find_first_of("\n\t");
    out += legible(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += text[end];
    text.remove_prefix(end + 1);
  }
}

std::string legible_json(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Character piece = first_piece(text);
    if (piece.character >= 0x7f && is_steering(piece.character)) {
      std::uint32_t unit = piece.character;
      if (unit > 0xffff) {
        out += fmt::format("\\u{:04x}", 0xd800 + ((unit - 0x10000) >> 10));
        unit = 0xdc00 + ((unit - 0x10000) & 0x3ff);
      }
      out += fmt::format("\\u{:04x}", unit);
    } else {
      out += text.substr(0, piece.bytes);
    }
    text.remove_prefix(piece.bytes);
  }
  return out;
}

std::string shown(std::string_view text) {
  return escaped(text, [](std::uint32_t) { return true; }, kMaxShown);
}

}  // namespace base
