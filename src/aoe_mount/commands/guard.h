// `aoe-mount guard`: keeps the rest of a shutdown from waiting for dead targets. `down` has its turn late:
// the services that use the mounts stop before it, and so does OpenRC's netmount, whose umount has no limit
// of its own. Each of them would wait for a silent target as long as the driver does, three minutes.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

#include <functional>

namespace aoe_mount {

// Watches all targets that are up for as long as the shutdown goes on, and gives those up that are silent for
// the policy's target_wait, whether they are in use or not. A root file system on AoE is no less safe for it
// than with `down`.
void guard_shutdown(const config::DownPolicy& policy, const std::function<bool()>& goes_on,
                    const World& world, Progress& progress);

}  // namespace aoe_mount
