// The beginning of `up`: the driver, its parameters and the interfaces, and the first question to the
// network.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

#include <vector>

namespace aoe_mount {

// False, and reported why, if no target can be found that way.
bool prepare_up(const config::Client& client, const std::vector<config::Client>& others, const World& world,
                Progress& progress);

}  // namespace aoe_mount
