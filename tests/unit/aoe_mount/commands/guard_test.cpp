#include "aoe_mount/commands/guard.h"

#include "tests/fakes/aoe_mount/fake_machine.h"
#include "tests/unit/aoe_mount/progress_log.h"

#include <gtest/gtest.h>

namespace {

using tests::milliseconds;

struct Guard : testing::Test {
  tests::FakeMachine machine;
  tests::ProgressLog log;
  config::DownPolicy policy;
  milliseconds over{60'000};  // when the shutdown has ended

  void guard() {
    policy.target_wait = milliseconds(10'000);
    guard_shutdown(policy, [this] { return machine.time < over; }, machine, log.progress);
  }
  void add_mounted(const std::string& title, const std::string& target) {
    machine.add_aoe(title);
    machine.add_mount("/dev/etherd/" + title, target);
  }
  // Counts how often the driver had to give silent targets up.
  std::ptrdiff_t times_given_up() const {
    return std::count_if(machine.asked.begin(), machine.asked.end(),
                         [](const auto& what) { return what.starts_with("give up who is silent"); });
  }
  bool gave_up() const { return times_given_up() > 0; }
};

}  // namespace

TEST_F(Guard, GivesUpADeadTargetOfWhatIsInUseAlthoughNobodyHasAskedItForAnythingYet) {
  add_mounted("e1.0", "/mnt/data");
  add_mounted("e1.1", "/mnt/more");
  machine.dead = {"etherd!e1.0"};
  machine.at(milliseconds(10'000), [&] { EXPECT_FALSE(gave_up()); });
  machine.at(milliseconds(12'000), [&] { EXPECT_TRUE(gave_up()); });
  guard();
  EXPECT_EQ(log.text,
            "? e1.0: no answer for 10 s while services stopped; given up; unwritten data is lost\n");
}

TEST_F(Guard, GivesUpADeadTargetWhoseUmountHangsAndIsOutOfSight) {
  add_mounted("e1.0", "/mnt/data");
  machine.dead = {"etherd!e1.0"};
  machine.at(milliseconds(2'000), [&] { machine.world.mounts.clear(); });
  guard();
  EXPECT_TRUE(gave_up());
}

TEST_F(Guard, LeavesATargetAloneThatAnswers) {
  add_mounted("e1.0", "/mnt/data");
  guard();
  EXPECT_FALSE(gave_up());
  EXPECT_GE(machine.time, over);
}

TEST_F(Guard, HasTheDriverForgetTheDisksThatNobodyHasOpen) {
  add_mounted("e1.0", "/mnt/data");
  machine.add_aoe("e1.1");
  machine.dead = {"etherd!e1.1"};
  guard();
  EXPECT_FALSE(gave_up());
  EXPECT_EQ(machine.world.device("etherd!e1.1"), nullptr);
  EXPECT_NE(machine.world.device("etherd!e1.0"), nullptr);
}

TEST_F(Guard, GivesUpADeadTargetThatIsJustBeingReadAlthoughNothingStandsOnIt) {
  machine.add_aoe("e1.0");
  machine.opened = machine.dead = {"etherd!e1.0"};
  machine.at(milliseconds(10'000), [&] { EXPECT_FALSE(gave_up()); });
  machine.at(milliseconds(12'000), [&] { EXPECT_TRUE(gave_up()); });
  guard();
  EXPECT_TRUE(gave_up());
}

TEST_F(Guard, GivesUpATargetThatNothingStandsOnAndThatDiesDuringTheShutdown) {
  machine.add_aoe("e1.0");
  machine.opened = {"etherd!e1.0"};
  machine.at(milliseconds(20'000), [&] { machine.dead = {"etherd!e1.0"}; });
  machine.at(milliseconds(36'000), [&] { EXPECT_TRUE(gave_up()); });
  guard();
  EXPECT_TRUE(gave_up());
}

TEST_F(Guard, AsksATargetThatNothingStandsOnEveryFewSeconds) {
  machine.add_aoe("e1.0");
  machine.opened = {"etherd!e1.0"};
  guard();
  const auto times = std::count(machine.asked.begin(), machine.asked.end(), "ask /dev/etherd/e1.0");
  EXPECT_GE(times, 10);
  EXPECT_LE(times, 12);
}

TEST_F(Guard, GivesUpOnce) {
  add_mounted("e1.0", "/mnt/data");
  machine.dead = {"etherd!e1.0"};
  guard();
  EXPECT_EQ(times_given_up(), 1);
}

TEST_F(Guard, GivesUpALaterOneToo) {
  add_mounted("e1.0", "/mnt/data");
  add_mounted("e1.1", "/mnt/more");
  machine.dead = {"etherd!e1.0"};
  machine.at(milliseconds(20'000), [&] { machine.dead.insert("etherd!e1.1"); });
  guard();
  EXPECT_EQ(times_given_up(), 2);
}

TEST_F(Guard, IsPatientAgainBesideARootFileSystemOnAoe) {
  add_mounted("e1.0", "/");
  add_mounted("e1.1", "/mnt/data");
  machine.dead = {"etherd!e1.1"};
  guard();
  EXPECT_EQ(times_given_up(), 1);
  EXPECT_EQ(std::count(machine.asked.begin(), machine.asked.end(), "be patient again"), 1);
}

TEST_F(Guard, GivesNobodyUpWhileTheRootFileSystemsTargetIsSilent) {
  add_mounted("e1.0", "/");
  add_mounted("e1.1", "/mnt/data");
  machine.dead = {"etherd!e1.0", "etherd!e1.1"};
  machine.start(aoe_mount::Ask{"/dev/etherd/e1.0"});  // somebody reads a file of the root file system
  guard();
  EXPECT_FALSE(gave_up());
}
