// Machine: the outside world of `up`, `down` and `status`. The real one is mount/real_machine.h;
// tests/unit/mount has a recording fake, so that the order of things, time-outs and failures are tested
// without root or sleeping.
#pragma once

#include "base/result.h"
#include "mount/snapshot.h"
#include "mount/work.h"

#include <chrono>
#include <string>
#include <vector>

namespace aoe_mount {

struct Finished {
  int job = 0;
  Outcome outcome;
};

class Machine {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Machine() = default;

  virtual Clock::time_point now() = 0;
  virtual Snapshot look() = 0;

  // The aoe driver.
  virtual bool has_driver() = 0;
  virtual base::Result<> load_driver() = 0;
  // Only these are searched for targets; none: all.
  virtual base::Result<> use_interfaces(const std::vector<std::string>& names) = 0;
  virtual base::Result<> discover() = 0;
  // From now on the driver gives a silent target up within about a second instead of minutes.
  virtual base::Result<> give_up_silent_targets() = 0;

  // Up without touching addresses. True: it was down before.
  virtual base::Result<bool> raise_interface(const std::string& name) = 0;

  // Starts work in a process of its own, and returns its number.
  virtual int start(const Work& work) = 0;
  // Leaves it to itself; it will not be reported.
  virtual void abandon(int job) = 0;
  // Sleeps until a block device comes, goes or changes, work is finished, or it is `until`.
  virtual std::vector<Finished> wait(Clock::time_point until) = 0;

  // Who has something open below this directory: "bash (pid 4711)". At most a handful.
  virtual std::vector<std::string> users_of(const std::string& directory) = 0;
};

}  // namespace aoe_mount
