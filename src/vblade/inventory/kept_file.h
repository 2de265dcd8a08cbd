// A file of the state directory.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace vblade {

// The text replaces the file as a whole, on stable storage, for its owner alone. Makes the directory if need
// be.
base::Result<> replace_kept_file(const std::filesystem::path& path, const std::string& text);

}  // namespace vblade
