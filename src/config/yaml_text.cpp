#include "config/yaml_text.h"

#include <string_view>

namespace config {

std::string yaml_text(const std::string& text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_";
  const bool plain = !text.empty() && kLetters.contains(text.front()) && text != "null" && text != "Null" &&
                     text != "NULL" && text.find_first_not_of(std::string(kLetters) + "-.+=@%") == text.npos;
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace config
