// `aoe-mount down`: releases everything that is on AoE, of any origin, from the top down: mounts and the
// mounts inside them, swap, loop devices, device-mapper, md. No layer can make a shutdown wait for long.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

namespace aoe_mount {

// When nothing is left, what `up` did besides is undone: the driver is unloaded, interfaces are put down.
// True when nothing is left. Down twice does nothing the second time.
bool take_down(const config::DownPolicy& policy, const World& world, Progress& progress);

// Releases only the layers that this configuration names and those on top, if others are up as well; the rest
// of what `up` did is not undone.
bool take_down_only(const config::Client& client, const World& world, Progress& progress);

}  // namespace aoe_mount
