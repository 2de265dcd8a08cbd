#include "base/clock.h"

#include <thread>

namespace base {

Clock::Time SteadyClock::now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

void SteadyClock::sleep(Time time) {
  std::this_thread::sleep_for(time);
}

}  // namespace base
