// Inspector: what this machine shows of its disks and their users, and what we have changed of it.
#pragma once

#include "aoe_mount/machine/ledger.h"
#include "kernel/namespaces.h"
#include "kernel/snapshot.h"

#include <set>
#include <string>
#include <vector>

namespace aoe_mount {

using Targets = std::set<std::string, std::less<>>;  // AoE disks by their names in sysfs

class Inspector {
 public:
  virtual ~Inspector() = default;

  virtual kernel::Snapshot look() = 0;
  // Names the processes that have something open below this directory: "bash (pid 4711)". At most a handful.
  virtual std::vector<std::string> users_of(const std::string& directory) = 0;
  // Lists the mounts that no umount of ours reaches.
  virtual std::vector<kernel::MountElsewhere> mounts_elsewhere() = 0;
  // Follows symbolic links of /dev: "/dev/vg/home" to "/dev/dm-0". The path itself when it is not there.
  virtual std::string resolve(const std::string& path) = 0;
  // Reads what `up` changed, also in earlier runs, and nobody has undone.
  virtual Changes changes() = 0;
  // Says why a later run will not know all of that; empty: it will.
  virtual std::string ledger_problem() = 0;
};

}  // namespace aoe_mount
