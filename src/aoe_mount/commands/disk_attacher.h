// `aoe-mount attach`: AoE disks and nothing on top of them, as an initramfs needs them. Interfaces may come
// late, too.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

#include <chrono>
#include <string>
#include <vector>

namespace aoe_mount {

struct DiskRequest {
  std::vector<config::AoeDevice> disks;
  std::vector<std::string> interfaces;  // names or MAC addresses; none: all that carry Ethernet frames
  std::chrono::milliseconds wait{180'000};
};

// True when all of them are there.
bool attach_disks(const DiskRequest& request, const World& world, Progress& progress);

}  // namespace aoe_mount
