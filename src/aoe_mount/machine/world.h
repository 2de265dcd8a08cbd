// World: all that the commands see and change, in four parts. The real parts are aoe_mount/machine/real_*.h.
// The fakes in tests/unit/aoe_mount/fake record what is asked of them, so that tests need neither root nor
// sleep to try orders, time-outs and failures.
#pragma once

#include "aoe_mount/machine/driver_control.h"
#include "aoe_mount/machine/inspector.h"
#include "aoe_mount/machine/network.h"
#include "aoe_mount/machine/tasks.h"

namespace aoe_mount {

struct World {
  DriverControl& driver;
  Network& network;
  Tasks& tasks;
  Inspector& inspector;
};

}  // namespace aoe_mount
