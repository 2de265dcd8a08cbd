#include "net/turns.h"

#include <deque>
#include <map>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint32_t> all_of(net::Turns& turns) {
  std::vector<std::uint32_t> frames;
  while (const auto frame = turns.take()) frames.push_back(*frame);
  return frames;
}

}  // namespace

TEST(Turns, OneClientsFramesKeepTheirOrder) {
  net::Turns turns(8, 8);
  for (std::uint32_t frame = 0; frame < 5; ++frame) EXPECT_TRUE(turns.add(1, frame));
  EXPECT_THAT(all_of(turns), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_TRUE(turns.empty());
}

TEST(Turns, AClientWithOneFrameWaitsForOneOfEachOther) {
  net::Turns turns(16, 16);
  for (std::uint32_t frame = 0; frame < 8; ++frame) turns.add(1, frame);
  turns.add(2, 8);
  turns.add(3, 9);
  turns.add(3, 10);
  EXPECT_THAT(all_of(turns), ElementsAre(0, 8, 9, 1, 10, 2, 3, 4, 5, 6, 7));
}

TEST(Turns, ALatecomerIsNotBehindWhatWaits) {
  net::Turns turns(16, 16);
  for (std::uint32_t frame = 0; frame < 8; ++frame) turns.add(1, frame);
  EXPECT_EQ(turns.take(), 0u);
  turns.add(2, 8);
  EXPECT_EQ(turns.take(), 1u);
  EXPECT_EQ(turns.take(), 8u);
  EXPECT_EQ(turns.take(), 2u);
}

TEST(Turns, NobodyHasMoreThanItsShare) {
  net::Turns turns(8, 6);
  for (std::uint32_t frame = 0; frame < 6; ++frame) EXPECT_TRUE(turns.add(1, frame));
  EXPECT_FALSE(turns.add(1, 6));
  EXPECT_TRUE(turns.add(2, 6)) << "there is room for others";
  EXPECT_EQ(turns.take(), 0u);
  EXPECT_TRUE(turns.add(1, 0)) << "and for it, when one was taken";
}

TEST(Turns, TheOldestFrameOfAClientCanBeDroppedUnlessItIsAlone) {
  net::Turns turns(8, 8);
  turns.add(1, 0);
  turns.add(1, 1);
  turns.add(2, 2);
  EXPECT_TRUE(turns.drop(1));
  EXPECT_FALSE(turns.drop(1));
  EXPECT_FALSE(turns.drop(2));
  EXPECT_FALSE(turns.drop(3));
  EXPECT_THAT(all_of(turns), ElementsAre(1, 2));
}

TEST(Turns, AFrameThatIsMuchWorkTakesSeveralTurns) {
  net::Turns turns(16, 16);
  for (std::uint32_t frame = 0; frame < 3; ++frame) turns.add(1, frame, 3);
  for (std::uint32_t frame = 3; frame < 9; ++frame) turns.add(2, frame);
  EXPECT_THAT(all_of(turns), ElementsAre(0, 3, 4, 5, 1, 6, 7, 8, 2));
}

TEST(Turns, ALoneClientWaitsForNobody) {
  net::Turns turns(16, 16);
  for (std::uint32_t frame = 0; frame < 3; ++frame) turns.add(1, frame, 1000);
  EXPECT_THAT(all_of(turns), ElementsAre(0, 1, 2));
}

// Beside a model that is too slow to be used.
TEST(Turns, NeverLoseNorRepeatAFrame) {
  constexpr std::size_t kFrames = 64;
  std::mt19937 dice(7);
  net::Turns turns(kFrames, 20);
  std::map<std::uint64_t, std::deque<std::uint32_t>> waiting;
  std::deque<std::uint64_t> order;
  std::deque<std::uint32_t> unused;
  for (std::uint32_t frame = 0; frame < kFrames; ++frame) unused.push_back(frame);
  for (int step = 0; step < 100'000; ++step) {
    if (dice() % 2 == 0 && !unused.empty()) {
      const std::uint64_t client = dice() % 4 == 0 ? 1 : dice() % 90;
      const bool room = waiting[client].size() < 20;
      ASSERT_EQ(turns.add(client, unused.front()), room);
      if (!room) continue;
      if (waiting[client].empty()) order.push_back(client);
      waiting[client].push_back(unused.front());
      unused.pop_front();
    } else {
      const auto frame = turns.take();
      ASSERT_EQ(frame.has_value(), !order.empty());
      if (!frame) continue;
      const std::uint64_t client = order.front();
      order.pop_front();
      ASSERT_EQ(*frame, waiting[client].front());
      waiting[client].pop_front();
      if (!waiting[client].empty()) order.push_back(client);
      unused.push_back(*frame);
    }
  }
}
