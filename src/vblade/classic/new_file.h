// A file that is made whole, or not at all.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace vblade {

// With mode 0644, on stable storage when it returns. False: there is something of this name already, which
// stays as it is.
base::Result<bool> make_file(const std::filesystem::path& path, const std::string& text);

}  // namespace vblade
