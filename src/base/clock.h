// Clock: the time, and waiting for it. Tests have one that they set, where waiting takes no time.
#pragma once

#include <chrono>

namespace base {

class Clock {
 public:
  using Time = std::chrono::nanoseconds;  // from any fixed point on; never goes back

  virtual ~Clock() = default;
  virtual Time now() = 0;
  virtual void sleep(Time time) = 0;
};

// The clock of this machine.
class SteadyClock final : public Clock {
 public:
  Time now() override;
  void sleep(Time time) override;
};

}  // namespace base
