#include "aoe_mount/machine/real_inspector.h"

#include "kernel/open_files.h"

#include <filesystem>

namespace aoe_mount {

kernel::Snapshot RealInspector::look() {
  return kernel::Snapshot::take(paths_);
}

std::vector<std::string> RealInspector::users_of(const std::string& directory) {
  return kernel::open_files_below(paths_.proc, directory);
}

std::vector<kernel::MountElsewhere> RealInspector::mounts_elsewhere() {
  return kernel::mounts_elsewhere(paths_.proc);
}

std::string RealInspector::resolve(const std::string& path) {
  std::error_code gone;
  const std::filesystem::path real = std::filesystem::canonical(path, gone);
  return gone ? path : real.string();
}

}  // namespace aoe_mount
