// The device nodes of the aoe driver as it numbers them without dynamic minors, for machines where neither
// udev nor devtmpfs makes them.
#pragma once

#include "aoetools/command_line/invocation.h"
#include "base/result.h"

#include <filesystem>
#include <vector>

namespace aoetools {

inline constexpr unsigned kDriverMajor = 152;

// False, and told why on stderr: the driver hands out minors dynamically, or udev makes the nodes.
bool static_nodes_wanted(const Invocation& invocation);

// A number from the environment, as the classic tools take n_shelves and n_partitions.
base::Result<unsigned> environment_number(const char* name, unsigned otherwise);

struct Node {
  std::filesystem::path file;
  unsigned kind = 0;  // S_IFCHR or S_IFBLK
  unsigned mode = 0;
  unsigned minor = 0;
};

// The nodes of one shelf: 16 slots, each the whole disk and its partitions.
std::vector<Node> shelf_nodes(const std::filesystem::path& directory, unsigned shelf, unsigned partitions);

// Replaces each file by its node, in order, up to the first that cannot be made.
base::Result<> make_nodes(const std::vector<Node>& nodes);

}  // namespace aoetools
