// DeadTargets: which targets are silent, which of them are given up, and how long the driver is impatient for
// that. `up`, `down` and `guard` share it. The driver has one limit for all targets, aoe_deadsecs, and
// compares it with the age of each request: a target that answers, as slow as it may be, has no request as
// old as those of the dead.
#pragma once

#include "aoe_mount/dead_targets/target_watch.h"
#include "aoe_mount/machine/world.h"
#include "aoe_mount/run/progress.h"
#include "config/client_config.h"

#include <string>

namespace aoe_mount {

class DeadTargets {
 public:
  // Reports what the driver refuses.
  DeadTargets(const config::DownPolicy& policy, const World& world, Progress& progress)
      : policy_(policy), world_(world), progress_(progress), watch_(world.tasks) {}

  struct Update {
    Targets silent;        // that have just been found dead
    bool given_up = true;  // false: the driver stays patient, because the root's own target is silent
  };
  // To be called with each look at the machine. Asks those of `wanted` for a sector that are not dead, and
  // gives those up that are silent for the policy's target_wait, together with those that nearly are: it is
  // one time for all. The driver is patient again as soon as all the dead are down. A target that answers
  // again before that is no longer dead.
  Update update(const kernel::Snapshot& snapshot, Targets wanted);
  // Has update() note which of these the driver gives up by itself.
  void watch(const Targets& targets) { watched_.insert(targets.begin(), targets.end()); }
  // True when the finished job was a question of ours to a target.
  bool take(const Finished& finished) { return watch_.take(finished); }
  // Leaves open questions to themselves.
  void stop_asking() { watch_.stop_asking(); }
  void restore_deadsecs();

  const Targets& dead() const { return dead_; }
  // Names the watched targets that were down although we did not give them up: by `guard`, or because the
  // driver's own time was over. Their unwritten data is lost, and no unmount would report that.
  const std::set<std::string>& given_up_before() const { return given_up_before_; }
  bool root_is_on_aoe() const { return !root_.empty(); }
  // See TargetWatch.
  Targets silent(const Targets& targets, std::chrono::milliseconds time) const {
    return watch_.silent(targets, time);
  }
  bool has_answered_within(const std::string& target, std::chrono::milliseconds time) const {
    return watch_.has_answered_within(target, time);
  }
  std::uint64_t answers_of(const Targets& targets) const { return watch_.answers_of(targets); }

 private:
  void look(const kernel::Snapshot& snapshot);
  Update give_up(const Targets& wanted);

  const config::DownPolicy& policy_;
  World world_;
  Progress& progress_;
  TargetWatch watch_;
  Targets root_;  // those of the root file system
  Targets dead_;
  Targets watched_;
  std::set<std::string> given_up_before_;  // titles
  bool deadsecs_lowered_ = false;
};

}  // namespace aoe_mount
