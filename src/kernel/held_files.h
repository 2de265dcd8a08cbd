// HeldFile: a file or device that the kernel itself reads and writes: behind a loop device, or as swap.
#pragma once

#include "kernel/system_paths.h"

#include <filesystem>
#include <string>
#include <vector>

namespace kernel {

struct HeldFile {
  std::filesystem::path path;
  std::string holder;   // "/dev/loop0", "swap"
  std::string release;  // the command that ends it
  bool read_only = false;
};

// All that the kernel lists; a file that is deleted or in another mount namespace has no useful path.
std::vector<HeldFile> held_files(const SystemPaths& paths);

}  // namespace kernel
