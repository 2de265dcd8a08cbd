// The build and the sources of a program, for --version and for those who watch many machines.
#pragma once

#include <string_view>

namespace base {

// The release alone, as in 2026.11.
std::string_view release();

// Release, the package's revision and the sources' commit, as far as they are known: "2026.11-r1 (commit
// 0123456789ab)".
std::string_view version();

}  // namespace base
