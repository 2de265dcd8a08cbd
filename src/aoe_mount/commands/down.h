// `aoe-mount down`: releases everything that stands on AoE, whoever set it up, from the top down: mounts (and
// what is mounted inside them), swap, loop devices, device-mapper, md. Nothing of it can make a shutdown wait
// for long.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

namespace aoe_mount {

// When nothing is left, what `up` did besides is undone: the driver is unloaded, interfaces are put down.
// True when nothing is left. Down twice does nothing the second time.
bool take_down(const config::DownPolicy& policy, const World& world, Progress& progress);

// Only what this configuration names and what stands on that, where others are up as well; nothing of what
// `up` did besides is undone.
bool take_down_only(const config::Client& client, const World& world, Progress& progress);

}  // namespace aoe_mount
