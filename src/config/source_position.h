// SourcePosition: where something stands in a file.
#pragma once

#include <string_view>

namespace config {

// What a file may begin with; places are counted behind it.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

struct SourcePosition {
  int line = 0;    // from 1
  int column = 0;  // from 1, in bytes
};

}  // namespace config
