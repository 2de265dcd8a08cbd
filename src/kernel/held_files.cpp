#include "kernel/held_files.h"

#include "kernel/attribute.h"
#include "kernel/swaps.h"

#include <fmt/format.h>

namespace kernel {

std::vector<HeldFile> held_files(const SystemPaths& paths) {
  std::vector<HeldFile> held;
  const auto disks = paths.sysfs / "block";
  for (const std::string& name : names_in(disks)) {
    const std::string file = attribute(disks / name / "loop" / "backing_file");
    if (file.empty()) continue;
    held.push_back({.path = file,
                    .holder = "/dev/" + name,
                    .release = fmt::format("losetup -d /dev/{}", name),
                    .read_only = attribute(disks / name / "ro") == "1"});
  }
  for (const SwapEntry& swap : read_swaps(paths.proc / "swaps"))
    held.push_back({.path = swap.path, .holder = "swap", .release = fmt::format("swapoff {}", swap.path)});
  return held;
}

}  // namespace kernel
