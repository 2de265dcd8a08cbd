// The questions that `aoe mkdevs` and `aoe mkshelf` ask before they make nodes.
#pragma once

#include "aoetools/command_line/invocation.h"
#include "base/result.h"

namespace aoetools {

// False, and reported on stderr: the driver hands out minors dynamically, or udev makes the nodes.
bool static_nodes_wanted(const Invocation& invocation);

// A number from the environment, as the classic tools take n_shelves and n_partitions.
base::Result<unsigned> environment_number(const char* name, unsigned otherwise);

}  // namespace aoetools
