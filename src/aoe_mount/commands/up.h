// `aoe-mount up`: from the driver to the mounts. All devices are waited for side by side, and each mount goes
// its own way: one that fails delays nothing but what is mounted inside it.
#pragma once

#include "aoe_mount/commands/completeness.h"
#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

namespace aoe_mount {

// Up twice does nothing the second time. The driver keeps what `others`, which are up as well, need of it.
Completeness bring_up(const config::Client& client, const World& world, Progress& progress,
                      const std::vector<config::Client>& others = {});

}  // namespace aoe_mount
