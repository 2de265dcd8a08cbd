// What keeps a file from being YAML, in the words of who wrote it. The parser says where it could not go on,
// which is behind the fault, often by many lines.
#pragma once

#include "config/text_check.h"

#include <span>
#include <string_view>
#include <vector>

namespace config {

// Each likely fault is mended on trial. The one that lets the parser go further was it, and the search goes
// on in the mended text. Nothing: nobody knows why the parser stops.
std::vector<TextFault> find_bad_syntax(std::span<const std::string_view> lines);

}  // namespace config
