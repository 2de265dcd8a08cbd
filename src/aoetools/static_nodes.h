// The device nodes of the aoe driver as it numbers them without dynamic minors, for machines where neither
// udev nor devtmpfs makes them.
#pragma once

#include "aoetools/command.h"
#include "base/result.h"

#include <filesystem>

namespace aoetools {

inline constexpr unsigned kDriverMajor = 152;

// False, and told why on stderr: the driver hands out minors dynamically, or udev makes the nodes.
bool static_nodes_wanted(const Invocation& invocation);

// A number from the environment, as the classic tools take n_shelves and n_partitions.
base::Result<unsigned> environment_number(const char* name, unsigned otherwise);

// Replaces FILE by a node; `kind` is S_IFCHR or S_IFBLK.
base::Result<> make_node(const std::filesystem::path& file, unsigned kind, unsigned mode, unsigned minor);

// The nodes of one shelf: 16 slots, each the whole disk and its partitions.
base::Result<> make_shelf(const std::filesystem::path& directory, unsigned shelf, unsigned partitions);

}  // namespace aoetools
