// Undo: takes back what `up` did besides mounting. `down` does it last. A driver that was loaded before
// stays, and so does an interface that was up.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"

#include <optional>

namespace aoe_mount {

struct LeftBehind {
  bool lazy_mounts = false;     // out of the tree, and perhaps still written to
  bool silent_targets = false;  // were given up
  bool root = false;            // the root file system, which stays
};

// Counts the open AoE devices, after some seconds for udev to let go of them; none where the kernel does not
// count them.
std::optional<unsigned> users_left(const World& world);

// To be called when nothing is on AoE any more. An interface or a driver that is in use stays and is
// reported: a link must never go from under a file system.
void undo_up(const LeftBehind& left_behind, const World& world, Progress& progress);

}  // namespace aoe_mount
