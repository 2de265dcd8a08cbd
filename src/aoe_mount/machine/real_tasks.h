// RealTasks: child processes, the kernel's clock and its announcements of devices.
#pragma once

#include "aoe_mount/machine/tasks.h"
#include "aoe_mount/run/end_signal.h"
#include "aoe_mount/work/task.h"
#include "kernel/uevents.h"

#include <map>
#include <optional>

namespace aoe_mount {

class RealTasks : public Tasks {
 public:
  RealTasks();

  Clock::time_point now() override { return Clock::now(); }
  int start(const Work& work) override;
  void abandon(int job) override;
  std::vector<Finished> wait(Clock::time_point until) override;
  bool has_end_signal() override { return end_signal_came(); }

 private:
  std::vector<Finished> collect();

  std::optional<kernel::Uevents> events_;  // none if the kernel refuses them: wait() then looks now and then
  std::map<int, Task> tasks_;
  std::vector<Finished> failed_to_start_;
  int last_job_ = 0;
};

}  // namespace aoe_mount
