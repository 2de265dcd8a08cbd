// What `down` cannot reach: mounts on AoE in other mount namespaces.
#pragma once

#include "mount/namespaces.h"
#include "mount/snapshot.h"

#include <string>
#include <vector>

namespace aoe_mount {

struct LeftElsewhere {
  std::string name;    // "/data (e1.0) of postgres (pid 4711)"
  std::string device;  // its kernel name
  std::string remedy;
};

// Those of these mounts; not of what the root file system stands on, which stays anyway.
std::vector<LeftElsewhere> left_elsewhere(const Snapshot& snapshot,
                                          const std::vector<MountElsewhere>& mounts);

}  // namespace aoe_mount
