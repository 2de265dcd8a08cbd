#include "vblade/process/spin.h"

#include <gtest/gtest.h>

using std::chrono::microseconds;

TEST(Spin, LooksAsLongAsWorkComesSoon) {
  vblade::Spin spin(microseconds(50));
  EXPECT_EQ(spin.time(), microseconds(50));
  spin.work_came_after(microseconds(20));
  EXPECT_EQ(spin.time(), microseconds(50));
}

TEST(Spin, GivesUpWhenItDoesNotPay) {
  vblade::Spin spin(microseconds(50));
  spin.work_came_after(microseconds(900));
  EXPECT_EQ(spin.time(), microseconds(25));
  for (int i = 0; i < 10; ++i) spin.work_came_after(microseconds(900));
  EXPECT_EQ(spin.time().count(), 0);
  spin.work_came_after(microseconds(40));
  EXPECT_EQ(spin.time(), microseconds(50)) << "it would have paid now";
}

TEST(Spin, NeverSpinsWithoutTime) {
  vblade::Spin spin(microseconds(0));
  spin.work_came_after(microseconds(10));
  EXPECT_EQ(spin.time().count(), 0);
}
