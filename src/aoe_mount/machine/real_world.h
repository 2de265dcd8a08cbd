// RealWorld: the World that aoe-mount runs in.
#pragma once

#include "aoe_mount/machine/real_driver.h"
#include "aoe_mount/machine/real_inspector.h"
#include "aoe_mount/machine/real_network.h"
#include "aoe_mount/machine/real_tasks.h"
#include "aoe_mount/machine/world.h"

namespace aoe_mount {

class RealWorld {
 public:
  explicit RealWorld(kernel::SystemPaths paths) : paths_(std::move(paths)) {}
  RealWorld(const RealWorld&) = delete;
  RealWorld& operator=(const RealWorld&) = delete;

  World parts() { return {driver_, network_, tasks_, inspector_}; }

 private:
  kernel::SystemPaths paths_;
  Ledger ledger_{paths_.run / "aoe-mount" / "undo"};
  RealDriver driver_{paths_, ledger_};
  RealNetwork network_{paths_, ledger_};
  RealTasks tasks_;
  RealInspector inspector_{paths_, ledger_};
};

}  // namespace aoe_mount
