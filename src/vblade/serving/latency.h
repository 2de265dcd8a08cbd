// Latency: how long requests took, from their frame to their reply, as a histogram of powers of two.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace vblade {

class Latency {
 public:
  static constexpr std::size_t kBuckets = 24;

  void add(std::chrono::nanoseconds time) {
    const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)) / 1000;
    const auto bucket = std::min(static_cast<std::size_t>(std::bit_width(micros)), kBuckets - 1);
    ++counts_[bucket];
    sum_micros_ += micros;
  }
  // Requests that took less than 2^bucket microseconds and did not fit the bucket before; the last takes all
  // others.
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket]; }
  std::uint64_t sum_micros() const { return sum_micros_; }

 private:
  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t sum_micros_ = 0;
};

}  // namespace vblade
