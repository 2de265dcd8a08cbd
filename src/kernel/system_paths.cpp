#include "kernel/system_paths.h"

#include <cstdlib>

namespace kernel {

SystemPaths SystemPaths::from_environment() {
  SystemPaths paths;
  const auto move = [](std::filesystem::path& place, const char* variable) {
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') place = value;
  };
  move(paths.sysfs, "sysfs_dir");
  move(paths.dev, "dev_dir");
  paths.etherd = paths.dev / "etherd";
  move(paths.etherd, "etherd_dir");
  move(paths.proc, "proc_dir");
  move(paths.run, "run_dir");
  move(paths.etc, "etc_dir");
  return paths;
}

}  // namespace kernel
