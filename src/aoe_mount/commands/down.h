// `aoe-mount down`: releases everything that is on AoE, of any origin, from the top down: mounts and the
// mounts inside them, swap, loop devices, device-mapper, md. No layer can make a shutdown wait for long.
#pragma once

#include "aoe_mount/commands/completeness.h"
#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

namespace aoe_mount {

// Shutdown: the network goes next. The users of a busy mount are ended, and a mount that stays all the same
// is written out and made read-only.
enum class Occasion { request, shutdown };

// When nothing is left, what `up` did besides is undone: the driver is unloaded, interfaces are put down.
// Partial: nothing is left, but a target was given up, and its unwritten data is lost. Down twice does
// nothing the second time.
Completeness take_down(const config::DownPolicy& policy, const World& world, Progress& progress,
                       Occasion occasion = Occasion::request);

// Releases only the layers that this configuration names and those on top, if others are up as well; the rest
// of what `up` did is not undone.
Completeness take_down_only(const config::Client& client, const World& world, Progress& progress,
                            Occasion occasion = Occasion::request);

}  // namespace aoe_mount
