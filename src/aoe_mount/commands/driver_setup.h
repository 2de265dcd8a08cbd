// DriverSetup: the driver and the interfaces that it may use, which every way to AoE disks begins with.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"

#include <string>
#include <vector>

namespace aoe_mount {

// True when the driver is there.
bool set_up_driver(const World& world, Progress& progress);

// Has the driver use these interfaces, and those by which it reaches disks that are in use. None: all.
base::Result<> use_interfaces(std::vector<std::string> names, const World& world, Progress& progress);

}  // namespace aoe_mount
