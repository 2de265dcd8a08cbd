// `aoe` alone: the driver in one line.
#include "aoetools/commands.h"
#include "kernel/aoe_driver.h"

#include <algorithm>

namespace aoetools {

std::string driver_state() {
#ifndef __linux__
  return "This system has no aoe driver: these commands talk to targets without one.";
#endif
  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!driver.loaded()) {
    return "The aoe driver is not loaded: 'modprobe aoe' loads it; 'aoe scan' works without it.";
  }
  const auto devices = driver.devices();
  const auto down =
      std::ranges::count_if(devices, [](const kernel::AoeDevice& device) { return !device.is_up(); });
  const auto list = driver.parameter("aoe_iflist").value_or("");
  return fmt::format("Driver {}, interfaces: {}, {} device{}{}.",
                     driver.version().value_or("of unknown version"), list.empty() ? "all" : list,
                     devices.size(), devices.size() == 1 ? "" : "s",
                     down > 0 ? fmt::format(", {} down", down) : "");
}

}  // namespace aoetools
