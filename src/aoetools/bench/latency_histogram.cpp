#include "aoetools/bench/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace aoetools {

std::size_t LatencyHistogram::bucket(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kFine = 1U << kFineBits;
  if (nanoseconds < kFine) return static_cast<std::size_t>(nanoseconds);
  const auto octave = static_cast<unsigned>(std::bit_width(nanoseconds)) - kFineBits - 1;
  const std::size_t index =
      (std::size_t{octave} << kFineBits) + static_cast<std::size_t>(nanoseconds >> octave);
  return std::min(index, kBuckets - 1);
}

std::uint64_t LatencyHistogram::upper_end(std::size_t bucket) {
  constexpr std::uint64_t kFine = 1U << kFineBits;
  if (bucket < kFine) return bucket;
  const auto octave = static_cast<unsigned>(bucket >> kFineBits) - 1;
  const std::uint64_t step = (bucket & (kFine - 1)) + kFine;
  return ((step + 1) << octave) - 1;
}

void LatencyHistogram::record(Duration latency) {
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<Duration::rep>(latency.count(), 0));
  ++buckets_[bucket(nanoseconds)];
  ++count_;
  sum_ += nanoseconds;
  max_ = std::max(max_, latency);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

LatencyHistogram::Duration LatencyHistogram::percentile(double share) const {
  if (count_ == 0) return Duration{0};
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= std::max<std::uint64_t>(wanted, 1))
      return std::min(Duration{static_cast<Duration::rep>(upper_end(i))}, max_);
  }
  return max_;
}

LatencyHistogram::Duration LatencyHistogram::mean() const {
  return Duration{count_ == 0 ? 0 : static_cast<Duration::rep>(sum_ / count_)};
}

}  // namespace aoetools
