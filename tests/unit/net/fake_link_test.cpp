#include "tests/fakes/net/fake_link.h"

#include <array>

#include <gtest/gtest.h>
#include <poll.h>

namespace net {
namespace {

bool readable(const Link& link) {
  pollfd waiting{link.fd(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

constexpr std::array kFirst{std::byte{1}, std::byte{2}};
constexpr std::array kSecond{std::byte{3}};

TEST(FakeLink, HandsOutFramesInOrderABatchAtATime) {
  FakeLink link({.name = "fake0"}, 1);
  EXPECT_FALSE(readable(link));
  link.arrive(kFirst);
  link.arrive(kSecond);
  EXPECT_TRUE(link.pending());
  ASSERT_EQ(link.receive().size(), 1U);
  EXPECT_TRUE(readable(link));
  const auto rest = link.receive();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0][0], std::byte{3});
  EXPECT_FALSE(link.pending());
  EXPECT_FALSE(readable(link));
  EXPECT_EQ(link.counters().received, 2U);
}

TEST(FakeLink, JoinsTheTwoPiecesOfAFrame) {
  FakeLink link({.name = "fake0"});
  const std::array frames{OutFrame{kFirst, kSecond}};
  ASSERT_EQ(link.send(frames).value(), 1U);
  ASSERT_EQ(link.sent.size(), 1U);
  EXPECT_EQ(link.sent[0].size(), 3U);
}

TEST(FakeLink, RefusesAsManyAsItIsTold) {
  FakeLink link({.name = "fake0"});
  link.refuse = 1;
  const std::array frames{OutFrame{kFirst, {}}, OutFrame{kSecond, {}}};
  EXPECT_EQ(link.send(frames).value(), 1U);
  EXPECT_EQ(link.counters().refused, 1U);
  EXPECT_EQ(link.sent.at(0).at(0), std::byte{3});
}

TEST(FakeLink, FailsForGoodWhenItsInterfaceIsGone) {
  FakeLink link({.name = "fake0"});
  link.gone = true;
  EXPECT_FALSE(link.send({}));
}

}  // namespace
}  // namespace net
