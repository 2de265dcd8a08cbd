// Which client's request is served next.
#include "tests/unit/disk/driven_queue.h"

#include <algorithm>

#include <gmock/gmock.h>

using disk::ClientTurns;
using disk::Command;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr disk::Client kGreedy = 1;
constexpr disk::Client kHonest = 2;

class Turns : public DrivenQueue {
 protected:
  // Single sectors that are no neighbours.
  void ask_many(Command command, unsigned count, std::uint64_t from = 0, disk::Client client = kGreedy) {
    for (unsigned i = 0; i < count; ++i) ask(command, (from + i * 3) % 1000, 1, client);
  }
  // The oldest operation at the disk is done.
  void step() {
    engine_.complete();
    reap();
  }
  // So many operations end before the log has this one.
  unsigned steps_until(const std::string& operation) {
    unsigned steps = 0;
    for (; std::ranges::find(engine_.log, operation) == engine_.log.end(); ++steps) {
      if (engine_.in_flight.empty()) return 10'000;
      step();
    }
    return steps;
  }
};

}  // namespace

TEST_F(Turns, ALoneClientHasTheWholeDisk) {
  ask_many(Command::read, 200);
  run();
  EXPECT_EQ(engine_.in_flight.size(), ClientTurns::kMostStarted);
  drain();
  EXPECT_EQ(finished().size(), 200u);
  EXPECT_EQ(queue_.outstanding(), 0u);
}

TEST_F(Turns, AClientWithOneRequestIsNextBehindAThousand) {
  ask_many(Command::read, 200);
  run();
  ask(Command::read, 999, 1, kHonest);
  run();
  EXPECT_EQ(steps_until("read 999+1"), 1u);
}

TEST_F(Turns, AClientHasItsWindowWhileAnotherComesBackAgainAndAgain) {
  ask_many(Command::read, 300);
  run();
  for (int round = 0; round < 5; ++round) {
    ask(Command::read, 999, 1, kHonest);
    run();
    while (std::ranges::none_of(
        finished(), [&](const auto& name) { return requests_[std::stoul(name)]->request.sender == kHonest; }))
      step();
    if (round == 0) continue;
    EXPECT_LE(engine_.in_flight.size(), ClientTurns::kWindow) << "it is away for a moment only";
  }
}

TEST_F(Turns, ClientsTakeTurnsByBytes) {
  ask_many(Command::read, 128, 0, 3);  // the disk is busy
  run();
  log();
  ask(Command::verify, 0, 48, kGreedy);
  ask(Command::verify, 100, 48, kGreedy);
  for (unsigned i = 0; i < 8; ++i) ask(Command::verify, 300 + i, 1, kHonest);
  run();
  while (engine_.log.size() < 10 && !engine_.in_flight.empty()) step();
  EXPECT_THAT(log(), ElementsAre("read 0+48", "read 300+1", "read 301+1", "read 302+1", "read 303+1",
                                 "read 100+48", "read 304+1", "read 305+1", "read 306+1", "read 307+1"));
}

TEST_F(Turns, AGreedyWriterDelaysAFlushByItsWindow) {
  promise(disk::Durability::write);
  ask(Command::write, 999, 1, kHonest);
  run();
  ask_many(Command::write, 300);
  run();
  step();
  EXPECT_LE(steps_until("sync"), ClientTurns::kWindow + 1);
}

TEST_F(Turns, TrimsOfOneClientKeepNobodyFromTheDisk) {
  for (unsigned i = 0; i < 60; ++i) {
    trim({{i * 10, 4}, {i * 10 + 4, 4}});
    requests_.back()->request.sender = kGreedy;
  }
  run();
  ask(Command::read, 9, 1, kHonest);
  ask(Command::write, 999, 1, kHonest);
  run();
  EXPECT_THAT(log(), ElementsAre("punch 0+4", "read 9+1", "write 999+1"));
}

TEST_F(Turns, OverlappingWritesOfOneClientAreFewAndTheRestIsDropped) {
  for (unsigned i = 0; i < 200; ++i) ask(Command::write, i, 2, kGreedy);
  run();
  unsigned dropped = 0;
  while (disk::Request* request = done_.pop()) dropped += request->dropped ? 1 : 0;
  EXPECT_GE(dropped, 200 - ClientTurns::kMostWaiting - 100);
  EXPECT_LE(queue_.outstanding(), 100 + ClientTurns::kMostWaiting);
  ask(Command::write, 0, 1, kHonest);
  ask(Command::read, 900, 1, kHonest);
  run();
  EXPECT_THAT(finished(), IsEmpty()) << "another client's may wait";
  drain();
  EXPECT_EQ(queue_.outstanding(), 0u);
}

TEST_F(Turns, AClientLeavesRoomForOthers) {
  disk::Request honest;
  honest.sender = kHonest;
  disk::Request greedy;
  greedy.sender = kGreedy;
  unsigned asked = 0;
  for (; queue_.has_room(greedy) && asked < 2000; ++asked) {
    ask_many(Command::read, 1, asked);
    run();
  }
  EXPECT_EQ(asked, ClientTurns::kMostAlone);
  for (unsigned i = 0; i < ClientTurns::kLeastShare; ++i) {
    ASSERT_TRUE(queue_.has_room(honest)) << i;
    ask(Command::read, 999, 1, kHonest);
    run();
  }
  drain();
  EXPECT_TRUE(queue_.has_room(greedy));
  EXPECT_EQ(queue_.outstanding(), 0u);
}

TEST_F(Turns, AWriteThatWaitedForItsTurnWhileItsFileWasCutFails) {
  ask_many(Command::read, 128);
  run();
  ask(Command::write, 200, 2, kHonest);
  run();
  file_.resize(100 * 512);
  log();
  drain();
  EXPECT_THAT(log(), testing::Not(testing::Contains("write 200+2")));
  EXPECT_THAT(finished(), testing::Contains("128 EIO"));
}
