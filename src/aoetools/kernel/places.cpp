#include "aoetools/kernel/places.h"

#include <cstdlib>

namespace aoetools {

Places Places::from_environment() {
  Places places;
  if (const char* sysfs = std::getenv("sysfs_dir"); sysfs && *sysfs) places.sysfs = sysfs;
  if (const char* etherd = std::getenv("etherd_dir"); etherd && *etherd) places.etherd = etherd;
  if (const char* proc = std::getenv("proc_dir"); proc && *proc) places.proc = proc;
  return places;
}

}  // namespace aoetools
