#include "kernel/device_nodes.h"

#include "kernel/processes.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace kernel {

namespace {

constexpr unsigned kSlots = 16;

base::Result<> make_node(const DeviceNode& node) {
  ::unlink(node.file.c_str());
  if (::mknod(node.file.c_str(), node.kind | node.mode, makedev(kAoeMajor, node.minor)) != 0 ||
      ::chmod(node.file.c_str(), node.mode) != 0) {
    return base::fail_errno(errno, "cannot make {}", node.file.native());
  }
  return {};
}

}  // namespace

bool udev_runs() {
  std::error_code unreadable;
  if (std::filesystem::is_directory("/run/udev", unreadable) ||
      std::filesystem::is_directory("/dev/.udev", unreadable))
    return true;
  const std::filesystem::path proc = "/proc";
  const auto pids = process_ids(proc);
  return std::any_of(pids.begin(), pids.end(), [&](std::uint64_t pid) {
    const auto words = process_words(proc, pid);
    return !words.empty() && words.front().ends_with("udevd");
  });
}

std::vector<DeviceNode> shelf_nodes(const std::filesystem::path& directory, unsigned shelf,
                                    unsigned partitions) {
  std::vector<DeviceNode> nodes;
  unsigned minor = kSlots * shelf * partitions;
  for (unsigned slot = 0; slot < kSlots; ++slot) {
    for (unsigned partition = 0; partition < partitions; ++partition) {
      std::string name = fmt::format("e{}.{}", shelf, slot);
      if (partition != 0) name += fmt::format("p{}", partition);
      nodes.push_back({directory / name, S_IFBLK, 0660, minor++});
    }
  }
  return nodes;
}

base::Result<> make_nodes(const std::vector<DeviceNode>& nodes) {
  for (const DeviceNode& node : nodes) {
    if (auto made = make_node(node); !made) return made;
  }
  return {};
}

}  // namespace kernel
