#include "base/printable.h"

#include <fmt/format.h>

namespace base {

namespace {

constexpr std::size_t kMaxShown = 60;  // bytes

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7f;
}

bool is_plain(unsigned char byte) {
  return !is_control(byte) && byte < 0x80 && byte != '\\';
}

template <class Keep>
std::string escaped(std::string_view text, Keep keep) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (keep(byte)) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", byte);
    }
  }
  return out;
}

}  // namespace

std::string printable(Bytes bytes) {
  return printable(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string printable(std::string_view text) {
  return escaped(text, is_plain);
}

std::string shown(std::string_view text) {
  std::string out = escaped(text.substr(0, kMaxShown), [](unsigned char byte) { return !is_control(byte); });
  if (text.size() > kMaxShown) out += "...";
  return out;
}

}  // namespace base
