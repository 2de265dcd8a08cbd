#include "mount/namespaces.h"

#include "base/number.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

namespace aoe_mount {

namespace fs = std::filesystem;

std::vector<MountElsewhere> mounts_elsewhere(const fs::path& proc) {
  std::error_code gone;
  const fs::path own = fs::read_symlink(proc / "self" / "ns" / "mnt", gone);
  if (gone) return {};
  std::vector<std::uint64_t> pids;
  for (fs::directory_iterator it(proc, gone), end; !gone && it != end; it.increment(gone)) {
    if (const auto pid = base::parse_number(it->path().filename().string())) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  std::set<fs::path> seen = {own};
  std::vector<MountElsewhere> found;
  for (const std::uint64_t pid : pids) {
    const fs::path process = proc / std::to_string(pid);
    const fs::path space = fs::read_symlink(process / "ns" / "mnt", gone);
    if (gone || !seen.insert(space).second) continue;
    std::ifstream in(process / "comm");
    std::string name;
    std::getline(in, name);
    for (MountEntry& entry : read_mounts(process / "mountinfo"))
      found.push_back({std::move(entry), pid, name});
  }
  return found;
}

}  // namespace aoe_mount
