#include "aoetools/bench/latency_histogram.h"

#include <gtest/gtest.h>

namespace aoetools {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(LatencyHistogram, IsEmptyAtFirst) {
  const LatencyHistogram none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.percentile(0.99).count(), 0);
  EXPECT_EQ(none.mean().count(), 0);
}

TEST(LatencyHistogram, KnowsAnyPercentileWithin2Percent) {
  LatencyHistogram latencies;
  for (int i = 1; i <= 100'000; ++i) latencies.record(nanoseconds(i * 10));
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = share * 1'000'000;
    const auto found = static_cast<double>(latencies.percentile(share).count());
    EXPECT_GE(found, exact * 0.999) << share;
    EXPECT_LE(found, exact * 1.017) << share;
  }
  EXPECT_EQ(latencies.percentile(1.0).count(), 1'000'000);
  EXPECT_EQ(latencies.max().count(), 1'000'000);
  EXPECT_EQ(latencies.mean().count(), 500'005);
}

TEST(LatencyHistogram, IsExactForTheShortest) {
  LatencyHistogram latencies;
  for (int i = 0; i < 64; ++i) latencies.record(nanoseconds(i));
  EXPECT_EQ(latencies.percentile(0.5).count(), 31);
}

TEST(LatencyHistogram, TakesWhatIsBeyondItsRange) {
  LatencyHistogram latencies;
  latencies.record(seconds(100'000));
  latencies.record(nanoseconds(-5));
  EXPECT_EQ(latencies.count(), 2U);
  EXPECT_EQ(latencies.max(), seconds(100'000));
}

TEST(LatencyHistogram, IsTheSumOfTwo) {
  LatencyHistogram slow, fast;
  slow.record(nanoseconds(1000));
  fast.record(nanoseconds(10));
  slow.merge(fast);
  EXPECT_EQ(slow.count(), 2U);
  EXPECT_EQ(slow.percentile(0.5).count(), 10);
}

}  // namespace
}  // namespace aoetools
