#include "net/capture.h"

#include "tests/net/links/cable.h"

#include <gtest/gtest.h>

namespace net::test {
namespace {

using Captures = Cable;

auto in(int milliseconds) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}

TEST_F(Captures, SendAndHearFramesOnAnInterface) {
  auto left = Capture::open("left", {.filter = "ether proto 0x88a2", .outgoing = false});
  auto right = Capture::open("right", {.filter = "ether proto 0x88a2", .outgoing = false});
  ASSERT_TRUE(left && right);
  const Whole frame = frame_to(base::MacAddress::broadcast(), 0x42);
  ASSERT_TRUE(left->send(frame));
  const auto got = right->next(in(5000));
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->bytes[14], std::byte{0x42});
  EXPECT_EQ((*got)->wire_bytes, 60U);
  const auto age = std::chrono::system_clock::now() - (*got)->time;
  EXPECT_LT(age, std::chrono::minutes(1));
  EXPECT_GE(age, std::chrono::nanoseconds(0));
  EXPECT_FALSE(left->next(in(50)).value()) << "its own frame";
  EXPECT_EQ(right->lost(), 0U);
}

TEST_F(Captures, HearWhatThisMachineSendsUnlessTold) {
  auto left = Capture::open("left", {.filter = "ether proto 0x88a2"});
  auto deaf = Capture::open("left", {.filter = "ether proto 0x88a2", .outgoing = false});
  auto sender = Capture::open("left", {});
  ASSERT_TRUE(left && deaf && sender);
  ASSERT_TRUE(sender->send(frame_to(base::MacAddress::broadcast(), 1)));
  EXPECT_TRUE(left->next(in(5000)).value());
  EXPECT_FALSE(deaf->next(in(50)).value());
}

TEST_F(Captures, HoldABurstOfAThousandFrames) {
  auto left = Capture::open("left", {});
  auto right = Capture::open("right", {.filter = "ether proto 0x88a2"});
  ASSERT_TRUE(left && right);
  const Whole frame = frame_to(base::MacAddress::broadcast(), 1);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(left->send(frame));
  int got = 0;
  while (got < 1000 && right->next(in(1000)).value()) ++got;
  EXPECT_EQ(got, 1000);
  EXPECT_EQ(right->lost(), 0U);
}

TEST_F(Captures, StopWaitingAtTheDeadline) {
  auto left = Capture::open("left", {.filter = "ether proto 0x88a2"});
  ASSERT_TRUE(left);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(left->next(in(120)).value());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(120));
  EXPECT_FALSE(left->ended());
}

}  // namespace
}  // namespace net::test
