#include "aoe_mount/commands/busy_users.h"

#include "base/units.h"

#include <fmt/ranges.h>

namespace aoe_mount {

std::string BusyUsers::text_of(const Layer& layer) const {
  if (layer.directory.empty()) return "";
  const auto users = world_.inspector.users_of(layer.directory);
  return users.empty() ? "" : fmt::format(": used by {}", fmt::join(users, ", "));
}

bool BusyUsers::have_time() {
  if (!end_) end_ = world_.tasks.now() + policy_.busy_wait;
  return world_.tasks.now() < *end_;
}

void BusyUsers::wait_for(DownStep& step, const std::string& who) {
  const bool first = !step.reported_busy;
  step.reported_busy = true;
  if (occasion_ != Occasion::shutdown) {
    if (first)
      progress_.step("{} is busy{}; waiting up to {}", step.layer.name, who,
                     base::duration_text(policy_.busy_wait));
  } else if (first) {
    progress_.step("{} is busy{}; sending SIGTERM, because the machine goes down", step.layer.name, who);
    end(step.layer, false);
  } else if (!step.killed && world_.tasks.now() >= *end_ - policy_.busy_wait / 2) {
    step.killed = true;
    progress_.warning("{} is still busy{}; sending SIGKILL", step.layer.name, who);
    end(step.layer, true);
  }
}

void BusyUsers::end(const Layer& layer, bool kill) {
  if (const auto* detach = std::get_if<Detach>(&layer.work))
    (void)world_.tasks.start(EndUsers{detach->target, detach->pid, kill});
}

}  // namespace aoe_mount
