// BusyUsers: the processes that keep mounts busy. They have one time to go, which all mounts share. While the
// machine goes down they are ended, because the network goes next, and with it what they have written.
#pragma once

#include "aoe_mount/commands/down.h"
#include "aoe_mount/commands/down_step.h"

#include <optional>
#include <string>

namespace aoe_mount {

class BusyUsers {
 public:
  BusyUsers(const config::DownPolicy& policy, const World& world, Progress& progress, Occasion occasion)
      : policy_(policy), world_(world), progress_(progress), occasion_(occasion) {}

  // ": used by bash (pid 42)"; empty if nobody is seen.
  std::string text_of(const Layer& layer) const;
  // The time begins with the first mount that is busy.
  bool have_time();
  // Reports a busy mount, once, and ends its users if the machine goes down.
  void wait_for(DownStep& step, const std::string& who);

 private:
  void end(const Layer& layer, bool kill);

  const config::DownPolicy& policy_;
  World world_;
  Progress& progress_;
  Occasion occasion_;
  std::optional<Tasks::Clock::time_point> end_;
};

}  // namespace aoe_mount
