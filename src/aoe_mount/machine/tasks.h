// Tasks: work in processes of its own, the clock, and the sleep until something happens.
#pragma once

#include "aoe_mount/work/work.h"

#include <chrono>
#include <vector>

namespace aoe_mount {

struct Finished {
  int job = 0;
  Outcome outcome;
};

class Tasks {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Tasks() = default;

  virtual Clock::time_point now() = 0;
  // Starts work in a process of its own, and returns its number.
  virtual int start(const Work& work) = 0;
  // Leaves it to itself; it will not be reported.
  virtual void abandon(int job) = 0;
  // Sleeps until a block device comes, goes or changes, work is finished, or it is `until`.
  virtual std::vector<Finished> wait(Clock::time_point until) = 0;
  // True once this run was asked to end; wait() returns when that happens.
  virtual bool has_end_signal() = 0;
};

}  // namespace aoe_mount
