// Spin: how long the loop looks for work before it sleeps. Waking up costs more than a short look, but
// looking for what does not come costs a processor: so the time grows while work comes soon, and falls to
// nothing when it does not.
#pragma once

#include <algorithm>
#include <chrono>

namespace vblade {

class Spin {
 public:
  using Time = std::chrono::nanoseconds;

  // `most`: the longest look; 0: never spin.
  explicit Spin(Time most) : most_(most), now_(most) {}

  Time time() const { return now_; }
  // After `gap` without work there was some again.
  void work_came_after(Time gap) {
    if (gap <= most_) {
      now_ = most_;
    } else {
      now_ = now_ > kLeast ? now_ / 2 : Time{0};
    }
  }

 private:
  static constexpr Time kLeast{2000};

  Time most_;
  Time now_;
};

}  // namespace vblade
