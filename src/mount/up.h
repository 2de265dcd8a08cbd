// `aoe-mount up`: from the driver to the mounts. All devices are waited for side by side, and each mount goes
// its own way: one that fails delays nothing but what is mounted inside it.
#pragma once

#include "config/client_config.h"
#include "mount/machine.h"
#include "mount/story.h"

#include <string>

namespace aoe_mount {

// True when every required mount is in place. Up twice does nothing the second time.
bool bring_up(const config::Client& client, Machine& machine, Story& story);

// "e1.0p1", "UUID 66dd...", "label photos".
std::string source_text(const config::MountSource& source);

}  // namespace aoe_mount
