// `aoe-mount down`: releases everything that stands on AoE, whoever set it up, from the top down: mounts (and
// what is mounted inside them), swap, loop devices, device-mapper, md. Nothing of it can make a shutdown wait
// for long.
#pragma once

#include "mount/machine.h"
#include "mount/story.h"

#include <chrono>

namespace aoe_mount {

enum class OnBusy {
  fail,  // say who uses it, and leave it
  lazy,  // detach it from the tree; it ends with its last user
};

struct DownPolicy {
  OnBusy on_busy = OnBusy::fail;
  std::chrono::milliseconds busy_wait{5000};     // for users to go
  std::chrono::milliseconds target_wait{10000};  // for a target to take what is still to be written
};

// When nothing is left, what `up` did besides is undone: the driver is unloaded, interfaces are put down.
// True when nothing is left. Down twice does nothing the second time.
bool take_down(const DownPolicy& policy, Machine& machine, Story& story);

}  // namespace aoe_mount
