// Mounts in other mount namespaces than ours, those of containers and of services with a private view: no
// umount of ours reaches them, and each keeps its disk in use.
#pragma once

#include "kernel/mounts.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kernel {

struct MountElsewhere {
  MountEntry entry;
  std::uint64_t pid = 0;  // the oldest process in there
  std::string process;    // its name
};

// As far as processes can be seen from here.
std::vector<MountElsewhere> mounts_elsewhere(const std::filesystem::path& proc);

}  // namespace kernel
