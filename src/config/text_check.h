// What is wrong with a file before anybody looks for YAML in it.
#pragma once

#include "config/document.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace config {

struct TextFault {
  SourcePosition place;
  std::string message;
};

// The first byte that is no text: NUL and other control characters, broken UTF-8, a tab that indents.
std::optional<TextFault> find_bad_text(std::span<const std::string_view> lines);

}  // namespace config
