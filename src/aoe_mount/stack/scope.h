// Scope: the layers that one configuration answers for, if several share a machine.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/stack/stack.h"
#include "config/client_config.h"

#include <vector>

namespace aoe_mount {

// Returns the layers that it names, and all on top of them. Swap by UUID or label is nobody's: the last
// configuration takes it.
std::vector<Layer> layers_of(const config::Client& client, std::vector<Layer> layers,
                             const kernel::Snapshot& snapshot, const World& world);

}  // namespace aoe_mount
