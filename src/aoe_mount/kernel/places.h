// Places: where the kernel's files are. The environment may move them (sysfs_dir, dev_dir, proc_dir,
// run_dir), so that `status` and the tests also run on a recorded tree, without root and without the driver.
#pragma once

#include <filesystem>

namespace aoe_mount {

struct Places {
  std::filesystem::path sysfs = "/sys";
  std::filesystem::path dev = "/dev";
  std::filesystem::path proc = "/proc";
  std::filesystem::path run = "/run";
  std::filesystem::path etc = "/etc";

  static Places from_environment();
};

}  // namespace aoe_mount
