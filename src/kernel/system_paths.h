// SystemPaths: where the kernel's files are. The environment may move them (sysfs_dir, dev_dir, proc_dir,
// run_dir), so that `status` and the tests also run on a recorded tree, without root and without the driver.
#pragma once

#include <filesystem>

namespace kernel {

struct SystemPaths {
  std::filesystem::path sysfs = "/sys";
  std::filesystem::path dev = "/dev";
  std::filesystem::path proc = "/proc";
  std::filesystem::path run = "/run";
  std::filesystem::path etc = "/etc";

  static SystemPaths from_environment();
};

}  // namespace kernel
