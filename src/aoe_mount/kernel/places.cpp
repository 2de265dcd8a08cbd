#include "aoe_mount/kernel/places.h"

#include <cstdlib>

namespace aoe_mount {

Places Places::from_environment() {
  Places places;
  const auto move = [](std::filesystem::path& place, const char* variable) {
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') place = value;
  };
  move(places.sysfs, "sysfs_dir");
  move(places.dev, "dev_dir");
  move(places.proc, "proc_dir");
  move(places.run, "run_dir");
  move(places.etc, "etc_dir");
  return places;
}

}  // namespace aoe_mount
