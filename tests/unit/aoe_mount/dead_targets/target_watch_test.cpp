#include "aoe_mount/dead_targets/target_watch.h"

#include "tests/fakes/aoe_mount/fake_machine.h"

#include <gtest/gtest.h>

namespace {

using aoe_mount::Targets;
using tests::milliseconds;

struct TargetWatchTest : testing::Test {
  tests::FakeMachine machine;
  aoe_mount::TargetWatch watch{machine};

  TargetWatchTest() { machine.add_aoe("e1.0"); }

  // Looks again that much later.
  void look_after(milliseconds time, std::uint64_t completed, std::uint64_t in_flight) {
    machine.time += time;
    kernel::Snapshot snapshot = machine.world;
    snapshot.devices[0].completed = completed;
    snapshot.devices[0].in_flight = in_flight;
    watch.look(snapshot);
  }
  milliseconds silence() { return watch.silence_of("etherd!e1.0"); }
};

}  // namespace

TEST_F(TargetWatchTest, SilentIsWhoHasRequestsAndAnswersNone) {
  look_after(milliseconds(0), 10, 1);
  EXPECT_EQ(silence(), milliseconds(0));
  look_after(milliseconds(3000), 10, 4);
  EXPECT_EQ(silence(), milliseconds(3000));
  EXPECT_EQ(watch.silent({"etherd!e1.0", "etherd!e9.9"}, milliseconds(3000)), Targets{"etherd!e1.0"});
  EXPECT_EQ(watch.silent({"etherd!e1.0"}, milliseconds(3001)), Targets{});
  look_after(milliseconds(3000), 11, 4);
  EXPECT_EQ(silence(), milliseconds(0)) << "much to write is no silence";
  look_after(milliseconds(3000), 11, 0);
  EXPECT_EQ(silence(), milliseconds(0)) << "and nothing to do is none either";
}

TEST_F(TargetWatchTest, WhatTheDriverHasGivenUpKeepsNobodyWaiting) {
  look_after(milliseconds(0), 10, 1);
  machine.world.devices[0].state = "down,closewait";
  look_after(milliseconds(9000), 10, 1);
  EXPECT_EQ(silence(), milliseconds(0));
}

TEST_F(TargetWatchTest, OurOwnQuestionsAreNobodysProgress) {
  const Targets targets = {"etherd!e1.0"};
  look_after(milliseconds(0), 10, 0);
  const auto before = watch.answers_of(targets);
  watch.ask(targets, machine.world);
  watch.ask(targets, machine.world);
  EXPECT_EQ(machine.asked, std::vector<std::string>{"ask /dev/etherd/e1.0"}) << "one at a time";
  for (const auto& finished : machine.wait(machine.now() + milliseconds(1000)))
    EXPECT_TRUE(watch.take(finished));
  look_after(milliseconds(1000), 11, 0);
  EXPECT_EQ(watch.answers_of(targets), before);
  look_after(milliseconds(1000), 15, 0);
  EXPECT_EQ(watch.answers_of(targets), before + 4);
}
