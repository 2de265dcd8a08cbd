// The kernel's small files in /sys and /proc, and the names in its directories.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kernel {

// The first line of a file, without its newline, in one read(2) of at most 4096 bytes: an attribute of sysfs
// is never longer. Nothing when the file cannot be read.
std::optional<std::string> first_line(const std::filesystem::path& file);

// The same, and empty when the file cannot be read.
std::string attribute(const std::filesystem::path& file);

// The names in a directory, sorted; none when there is no such directory.
std::vector<std::string> names_in(const std::filesystem::path& directory);

}  // namespace kernel
