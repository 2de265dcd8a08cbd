// The small files of /sys, /proc and /dev/etherd, read and written, and the names in their directories.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kernel {

// The first line of a file, without its newline, in one read(2) of at most 4096 bytes: an attribute of sysfs
// is never longer. Nothing when the file cannot be read.
std::optional<std::string> first_line(const std::filesystem::path& file);

// The same, and empty when the file cannot be read.
std::string attribute(const std::filesystem::path& file);

// Writes `text` in one write(2), which the kernel takes as one command. The error says "FILE: why".
base::Result<> write_at_once(const std::filesystem::path& file, std::string_view text);

// The names in a directory, sorted; none when there is no such directory.
std::vector<std::string> names_in(const std::filesystem::path& directory);

}  // namespace kernel
