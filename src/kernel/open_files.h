// The processes that use a directory tree. They are read from the names of links in /proc alone: nothing is
// asked of the file system itself, which may be the one that does not answer.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kernel {

// Files that are only mapped are not looked for: their list has to wait for a lock that a process holds which
// hangs on a dead disk.
// "bash (pid 4711)" for each process with its root, its working directory, its program or an open file at or
// below `directory`; the first five, then "and N more".
std::vector<std::string> open_files_below(const std::filesystem::path& proc, const std::string& directory);

}  // namespace kernel
