// The processes that use a directory tree. They are read from the names of links in /proc alone: nothing is
// asked of the file system itself, which may be the one that does not answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kernel {

// Files that are only mapped are not looked for: their list has to wait for a lock that a process holds which
// hangs on a dead disk.
// The processes with their root, their working directory, their program or an open file at or below
// `directory`.
std::vector<std::uint64_t> processes_below(const std::filesystem::path& proc, const std::string& directory);

// "bash (pid 4711)" for each of them; the first five, then "and N more".
std::vector<std::string> open_files_below(const std::filesystem::path& proc, const std::string& directory);

}  // namespace kernel
