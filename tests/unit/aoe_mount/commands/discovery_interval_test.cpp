#include "aoe_mount/commands/discovery_interval.h"

#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using std::chrono::milliseconds;

// Asks as soon as it is due, and returns the pauses between.
std::vector<std::int64_t> pauses(aoe_mount::DiscoveryInterval& interval, int count) {
  std::vector<std::int64_t> all;
  auto now = interval.next();
  for (int i = 0; i < count; ++i) {
    interval.asked(now);
    EXPECT_FALSE(interval.is_due(now));
    all.push_back(std::chrono::duration_cast<milliseconds>(interval.next() - now).count());
    now = interval.next();
    EXPECT_TRUE(interval.is_due(now));
  }
  return all;
}

}  // namespace

TEST(DiscoveryInterval, GrowsAndStartsAgain) {
  aoe_mount::DiscoveryInterval interval;
  EXPECT_TRUE(interval.is_due({}));
  EXPECT_THAT(pauses(interval, 6), testing::ElementsAre(500, 1000, 2000, 4000, 5000, 5000));
  interval.start_again(interval.next());
  EXPECT_THAT(pauses(interval, 2), testing::ElementsAre(500, 1000));
}
