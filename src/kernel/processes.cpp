#include "kernel/processes.h"

#include "base/number.h"
#include "kernel/attribute.h"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace kernel {

namespace fs = std::filesystem;

std::vector<std::uint64_t> process_ids(const fs::path& proc) {
  std::vector<std::uint64_t> pids;
  std::error_code gone;
  for (fs::directory_iterator it(proc, gone), end; !gone && it != end; it.increment(gone)) {
    if (const auto pid = base::parse_number(it->path().filename().string())) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

std::string process_name(const fs::path& proc, std::uint64_t pid) {
  return attribute(proc / std::to_string(pid) / "comm");
}

std::string process_status(const fs::path& proc, std::uint64_t pid, std::string_view name) {
  std::ifstream lines(proc / std::to_string(pid) / "status");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    const std::size_t value = line.find_first_not_of(" \t", name.size() + 1);
    return value == line.npos ? "" : line.substr(value);
  }
  return "";
}

std::vector<std::string> process_words(const fs::path& proc, std::uint64_t pid) {
  std::vector<std::string> words;
  std::ifstream in(proc / std::to_string(pid) / "cmdline", std::ios::binary);
  for (std::string word; std::getline(in, word, '\0');) words.push_back(word);
  return words;
}

}  // namespace kernel
