// SystemPaths: where the kernel's files are. The environment may move them, so that the programs and their
// tests also run on a recorded tree, without root and without the driver: `sysfs_dir` as aoe-stat always had
// it, and proc_dir, dev_dir, etherd_dir, run_dir and etc_dir in the same manner.
#pragma once

#include <filesystem>

namespace kernel {

struct SystemPaths {
  std::filesystem::path sysfs = "/sys";
  std::filesystem::path proc = "/proc";
  std::filesystem::path dev = "/dev";
  std::filesystem::path etherd = "/dev/etherd";  // in dev_dir, where only that is set
  std::filesystem::path run = "/run";
  std::filesystem::path etc = "/etc";

  static SystemPaths from_environment();
};

}  // namespace kernel
