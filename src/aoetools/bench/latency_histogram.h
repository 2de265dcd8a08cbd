// LatencyHistogram: how long things took, counted in buckets whose width is 1/64 of their value at most, so
// that any percentile is right within 1.6 % whatever its size, in constant memory. Recording costs a few
// instructions.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace aoetools {

class LatencyHistogram {
 public:
  using Duration = std::chrono::nanoseconds;

  void record(Duration latency);
  void merge(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }
  // The least latency that `share` (0..1) of all stay at or below, rounded up to its bucket; 0 when empty.
  Duration percentile(double share) const;
  Duration mean() const;
  Duration max() const { return max_; }

 private:
  // Values below 2^kFineBits have a bucket each; above, each power of two has 2^kFineBits buckets.
  static constexpr unsigned kFineBits = 6;
  static constexpr std::size_t kBuckets = (40 - kFineBits + 1) << kFineBits;  // up to 2^40 ns, 18 minutes
  static std::size_t bucket(std::uint64_t nanoseconds);
  static std::uint64_t upper_end(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  Duration max_{0};
};

}  // namespace aoetools
