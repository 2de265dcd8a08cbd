// What an old configuration is read from: small files, and directories of them.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace vblade {

// At most 1 MiB: more is no configuration, but a disk that was named by mistake.
base::Result<std::string> read_old_bytes(const std::filesystem::path& path);

// Sorted.
base::Result<std::vector<std::filesystem::path>> old_entries(const std::filesystem::path& directory);

}  // namespace vblade
