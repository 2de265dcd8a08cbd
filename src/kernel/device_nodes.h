// The device nodes of the aoe driver as it numbers them without dynamic minors, for machines where neither
// udev nor devtmpfs makes them.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <vector>

namespace kernel {

inline constexpr unsigned kAoeMajor = 152;

struct DeviceNode {
  std::filesystem::path file;
  unsigned kind = 0;  // S_IFCHR or S_IFBLK
  unsigned mode = 0;
  unsigned minor = 0;
};

// The nodes of one shelf: 16 slots, each the whole disk and its partitions.
std::vector<DeviceNode> shelf_nodes(const std::filesystem::path& directory, unsigned shelf,
                                    unsigned partitions);

// Replaces each file by its node, in order, up to the first that cannot be made.
base::Result<> make_nodes(const std::vector<DeviceNode>& nodes);

// True where a udevd runs, or has run: it makes the nodes.
bool udev_runs();

}  // namespace kernel
