#include "kernel/open_files.h"

#include "kernel/mounts.h"
#include "kernel/processes.h"

#include <fmt/format.h>

namespace kernel {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostNamed = 5;

bool points_inside(const fs::path& link, const std::string& directory) {
  std::error_code gone;
  const fs::path target = fs::read_symlink(link, gone);
  return !gone && is_inside(target.string(), directory);
}

bool uses(const fs::path& process, const std::string& directory) {
  for (const char* link : {"cwd", "root", "exe"}) {
    if (points_inside(process / link, directory)) return true;
  }
  std::error_code gone;
  for (fs::directory_iterator it(process / "fd", gone), end; !gone && it != end; it.increment(gone)) {
    if (points_inside(it->path(), directory)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::uint64_t> processes_below(const fs::path& proc, const std::string& directory) {
  auto pids = process_ids(proc);
  std::erase_if(pids, [&](std::uint64_t pid) { return !uses(proc / std::to_string(pid), directory); });
  return pids;
}

std::vector<std::string> open_files_below(const fs::path& proc, const std::string& directory) {
  const auto pids = processes_below(proc, directory);
  std::vector<std::string> users;
  for (const std::uint64_t pid : pids) {
    if (users.size() == kMostNamed) {
      users.push_back(fmt::format("and {} more", pids.size() - kMostNamed));
      break;
    }
    users.push_back(fmt::format("{} (pid {})", process_name(proc, pid), pid));
  }
  return users;
}

}  // namespace kernel
