// DiscoveryInterval: how often the network is asked again who is there: often at first, because a link that
// comes up takes a while, then less and less.
#pragma once

#include <algorithm>
#include <chrono>

namespace aoe_mount {

class DiscoveryInterval {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kFirst{500};
  static constexpr std::chrono::milliseconds kLongest{5000};

  bool is_due(Time now) const { return now >= next_; }
  // The time to ask again.
  Time next() const { return next_; }
  // The network was asked.
  void asked(Time now) {
    next_ = now + pause_;
    pause_ = std::min(2 * pause_, kLongest);
  }
  // It is asked at this time, and often again after that.
  void start_again(Time next) {
    next_ = next;
    pause_ = kFirst;
  }

 private:
  Time next_;  // due at once
  std::chrono::milliseconds pause_ = kFirst;
};

}  // namespace aoe_mount
