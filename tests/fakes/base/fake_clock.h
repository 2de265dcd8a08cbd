// FakeClock: a clock that a test sets; to sleep on it takes no time.
#pragma once

#include "base/clock.h"

namespace base {

class FakeClock final : public Clock {
 public:
  Time time{};

  Time now() override { return time; }
  void sleep(Time duration) override { time += duration; }
};

}  // namespace base
