#include "vblade/serving/limiter.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using vblade::Limiter;

namespace {

constexpr disk::Client kOne = 1;
constexpr disk::Client kOther = 2;

// Requests of so many bytes that pass in so many seconds, for a client that asks every millisecond.
unsigned passed(Limiter& limiter, std::uint64_t bytes, unsigned seconds, vblade::Time from = 0s,
                disk::Client client = kOne) {
  unsigned count = 0;
  for (auto now = from; now < from + std::chrono::seconds(seconds); now += 1ms)
    count += limiter.pass(client, bytes, now) ? 1 : 0;
  return count;
}

Limiter limited_to(config::Limit all, config::Limit each = {}) {
  Limiter limiter;
  limiter.configure(all, each);
  return limiter;
}

}  // namespace

TEST(Limiter, WithoutALimitIsOff) {
  EXPECT_FALSE(Limiter().is_on());
  EXPECT_TRUE(limited_to({.requests = 1}).is_on());
  EXPECT_TRUE(limited_to({}, {.bytes = 1}).is_on());
}

TEST(Limiter, LetsSoManyRequestsPassInASecond) {
  Limiter limiter = limited_to({.requests = 100});
  EXPECT_NEAR(passed(limiter, 512, 10), 1000, 15) << "and a tenth of a second at once";
}

TEST(Limiter, LetsSoManyBytesPassInASecond) {
  Limiter limiter = limited_to({.bytes = 100 * 1024});
  EXPECT_NEAR(passed(limiter, 1024, 10), 1000, 15);
}

TEST(Limiter, ARequestOfMoreBytesThanASecondHasPassesAndIsPaidFor) {
  Limiter limiter = limited_to({.bytes = 1024});
  EXPECT_TRUE(limiter.pass(kOne, 4096, 0s));
  EXPECT_FALSE(limiter.pass(kOne, 512, 3s));
  EXPECT_TRUE(limiter.pass(kOne, 512, 4s));
}

TEST(Limiter, WhatWasNotUsedIsNotSaved) {
  Limiter limiter = limited_to({.requests = 100});
  EXPECT_NEAR(passed(limiter, 512, 1, 3600s), 110, 5);
}

TEST(Limiter, EachClientHasItsOwn) {
  Limiter limiter = limited_to({}, {.requests = 10});
  EXPECT_NEAR(passed(limiter, 512, 1, 0s, kOne), 11, 1);
  EXPECT_NEAR(passed(limiter, 512, 1, 0s, kOther), 11, 1);
}

TEST(Limiter, AllTogetherHaveTheExports) {
  Limiter limiter = limited_to({.requests = 10}, {.requests = 100});
  unsigned count = 0;
  for (auto now = 0ms; now < 1000ms; now += 1ms)
    count += (limiter.pass(kOne, 512, now) ? 1u : 0u) + (limiter.pass(kOther, 512, now) ? 1u : 0u);
  EXPECT_NEAR(count, 11, 1);
}

TEST(Limiter, InventedClientsShareWhatOneMayHave) {
  Limiter limiter = limited_to({}, {.requests = 10});
  for (disk::Client client = 0; client < Limiter::kMostClients; ++client)
    while (limiter.pass(client, 512, 0s)) {
    }
  unsigned count = 0;
  for (disk::Client client = 1000; client < 2000; ++client) count += limiter.pass(client, 512, 0s) ? 1 : 0;
  EXPECT_LE(count, 2u);
  EXPECT_TRUE(limiter.pass(5000, 512, 10s)) << "those that are idle have left";
  EXPECT_TRUE(limiter.pass(5001, 512, 10s));
}

TEST(Limiter, TellsWhenTheNextMayPass) {
  Limiter limiter = limited_to({.requests = 10});
  while (limiter.pass(kOne, 512, 0s)) {
  }
  const auto at = limiter.opens_at(kOther);
  EXPECT_FALSE(limiter.pass(kOther, 512, at - 1ms));
  EXPECT_TRUE(limiter.pass(kOther, 512, at));
}
