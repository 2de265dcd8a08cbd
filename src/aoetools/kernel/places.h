// Places: where the kernel's files are. The environment may move them, so that every command also runs
// on a recorded tree, without root and without the driver: `sysfs_dir` as aoe-stat always had it, and
// `etherd_dir` and `proc_dir` in the same manner.
#pragma once

#include <filesystem>

namespace aoetools {

struct Places {
  std::filesystem::path sysfs = "/sys";          // sysfs_dir
  std::filesystem::path etherd = "/dev/etherd";  // etherd_dir
  std::filesystem::path proc = "/proc";          // proc_dir

  static Places from_environment();
};

}  // namespace aoetools
