// The limit of open files: two or three for each export.
#pragma once

#include <cstdint>

namespace vblade {

// Raises this process's limit as far as its rights allow; what it starts inherits it. Returns the limit.
std::uint64_t raise_open_file_limit();

}  // namespace vblade
