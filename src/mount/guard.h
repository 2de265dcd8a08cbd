// `aoe-mount guard`: keeps the rest of a shutdown from waiting for dead targets. `down` has its turn late:
// before it stop the services that use the mounts, and OpenRC's netmount, whose umount has no limit of its
// own; each of them would wait for a silent target as long as the driver does, three minutes.
#pragma once

#include "config/client_config.h"
#include "mount/machine.h"
#include "mount/story.h"

#include <functional>

namespace aoe_mount {

// Watches the targets of all that is in use for as long as the shutdown goes on, and gives those up, once,
// that are silent for the policy's target_wait. A root file system on AoE is no less safe for it than with
// `down`.
void guard_shutdown(const config::DownPolicy& policy, const std::function<bool()>& goes_on, Machine& machine,
                    Story& story);

}  // namespace aoe_mount
