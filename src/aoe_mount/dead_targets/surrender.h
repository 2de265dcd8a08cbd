// Surrender: giving silent targets up. The driver has one patience for all targets and compares it with the
// age of each request: while the dead have let requests wait for longer than it is now, one that answers, as
// slow as it may be, has not.
#pragma once

#include "aoe_mount/dead_targets/target_watch.h"
#include "aoe_mount/machine/machine.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

namespace aoe_mount {

class Surrender {
 public:
  // What the driver does not take is told.
  Surrender(const config::DownPolicy& policy, Machine& machine, Progress& progress)
      : policy_(policy), machine_(machine), progress_(progress) {}

  // To be called with each look at the machine. The driver is impatient only until the dead are down.
  // One that answers again before the driver has noticed is as good as any.
  void look(const kernel::Snapshot& snapshot, const TargetWatch& watch);

  // Those of these that are to be given up now: silent for the policy's target_wait, or nearly, for it is one
  // time for all. Empty as long as none is.
  Targets due(const Targets& targets, const TargetWatch& watch) const;

  // Lowers the driver's patience for them. False, and they stay as they are, while the root file system's own
  // target does not answer.
  bool give_up(const Targets& silent, const TargetWatch& watch);
  const Targets& dead() const { return dead_; }

  void restore_deadsecs();
  bool root_is_on_aoe() const { return !root_.empty(); }

 private:
  const config::DownPolicy& policy_;
  Machine& machine_;
  Progress& progress_;
  Targets root_;  // the root file system's
  Targets dead_;
  bool deadsecs_lowered_ = false;
};

}  // namespace aoe_mount
