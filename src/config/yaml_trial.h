// YamlTrial: whether a text is YAML, and if not where yaml-cpp's parser stops.
#pragma once

#include "config/source_position.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <yaml-cpp/mark.h>

namespace config {

// Deeper nesting is an error: no configuration needs it, and the parser calls itself for each level.
inline constexpr std::size_t kMaxDepth = 16;

SourcePosition place_of(const YAML::Mark& mark);
// Without the line breaks at the end: yaml-cpp takes a quote that is never closed for closed when one ends
// the file.
std::string_view parsed_part(std::string_view text);
// Nothing: it is YAML.
std::optional<SourcePosition> where_parser_stops(std::string_view text);

}  // namespace config
