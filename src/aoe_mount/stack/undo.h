// Undo: takes back what `up` did besides mounting. `down` does it last. A driver that was loaded before
// stays, and so does an interface that was up.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"

namespace aoe_mount {

struct LeftBehind {
  bool lazy_mounts = false;     // out of the tree, and perhaps still written to
  bool silent_targets = false;  // were given up
  bool root = false;            // the root file system, which stays
};

// To be called when nothing is on AoE any more. An interface or a driver that is in use stays and is
// reported: a link must never go from under a file system.
void undo_up(const LeftBehind& left_behind, const World& world, Progress& progress);

}  // namespace aoe_mount
