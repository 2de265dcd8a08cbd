#include "kernel/namespaces.h"

#include "kernel/processes.h"

#include <set>
#include <system_error>
#include <utility>

namespace kernel {

namespace fs = std::filesystem;

std::vector<MountElsewhere> mounts_elsewhere(const fs::path& proc) {
  std::error_code gone;
  const fs::path own = fs::read_symlink(proc / "self" / "ns" / "mnt", gone);
  if (gone) return {};
  std::set<fs::path> seen = {own};
  std::vector<MountElsewhere> found;
  for (const std::uint64_t pid : process_ids(proc)) {
    const fs::path process = proc / std::to_string(pid);
    const fs::path space = fs::read_symlink(process / "ns" / "mnt", gone);
    if (gone || !seen.insert(space).second) continue;
    const std::string name = process_name(proc, pid);
    for (MountEntry& entry : read_mounts(process / "mountinfo"))
      found.push_back({std::move(entry), pid, name});
  }
  return found;
}

}  // namespace kernel
