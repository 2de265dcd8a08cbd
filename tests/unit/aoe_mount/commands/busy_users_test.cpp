#include "aoe_mount/commands/busy_users.h"

#include "tests/fakes/aoe_mount/fake_machine.h"
#include "tests/unit/aoe_mount/progress_log.h"

#include <algorithm>
#include <cerrno>

#include <gtest/gtest.h>

namespace {

using aoe_mount::Occasion;
using tests::milliseconds;
using Asked = std::vector<std::string>;

aoe_mount::Outcome outcome_of(bool done, int code, const std::string& text) {
  aoe_mount::Outcome outcome;
  outcome.done = done;
  outcome.code = code;
  outcome.text = text;
  return outcome;
}

struct BusyUsers : testing::Test {
  tests::FakeMachine machine;
  tests::ProgressLog log;
  config::DownPolicy policy;

  BusyUsers() {
    machine.add_aoe("e1.0");
    machine.add_mount("/dev/etherd/e1.0", "/mnt");
    machine.users["/mnt"] = {"bash (pid 42)"};
    machine.answers["detach /mnt"] = {outcome_of(false, EBUSY, "cannot unmount /mnt: target is busy")};
    machine.answers["secure /mnt"] = {outcome_of(true, 0, "it is written out and read-only now")};
  }
  aoe_mount::Completeness shut_down() {
    return aoe_mount::take_down(policy, machine, log.progress, Occasion::shutdown);
  }
};

}  // namespace

TEST_F(BusyUsers, AreEndedWhenTheMachineGoesDown) {
  machine.users_go_by = {"end the users of /mnt"};
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::whole);
  EXPECT_EQ(machine.asked, (Asked{"detach /mnt", "end the users of /mnt", "detach /mnt"}));
  EXPECT_EQ(log.text,
            "  /mnt (e1.0) is busy: used by bash (pid 42); sending SIGTERM, because the machine goes down\n"
            "+ /mnt (e1.0): done\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(BusyUsers, AreKilledWhenTheyDoNotEnd) {
  machine.users_go_by = {"kill the users of /mnt"};
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::whole);
  EXPECT_EQ(log.text,
            "  /mnt (e1.0) is busy: used by bash (pid 42); sending SIGTERM, because the machine goes down\n"
            "? /mnt (e1.0) is still busy: used by bash (pid 42); sending SIGKILL\n"
            "+ /mnt (e1.0): done\n"
            "+ nothing is on AoE any more\n");
  EXPECT_LE(machine.time, milliseconds(3500));
}

// The network may go next: what is still to be written must be on the disk before that.
TEST_F(BusyUsers, WhoStaysKeepsAMountThatIsWrittenOutAndReadOnly) {
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::failed);
  EXPECT_EQ(machine.asked.back(), "secure /mnt");
  EXPECT_TRUE(log.text.ends_with(
      "! /mnt (e1.0): is busy: used by bash (pid 42); it is written out and read-only now\n"
      "! 0 of 1 released; left: /mnt (e1.0)\n"))
      << log.text;
  EXPECT_LE(machine.time, milliseconds(6000));
}

TEST_F(BusyUsers, AMountBelowABusyOneIsWrittenOutToo) {
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.1", "/srv");
  machine.add_mount("/dev/etherd/e1.0", "/srv/deep");
  machine.answers["detach /srv/deep"] = machine.answers["detach /mnt"];
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::failed);
  EXPECT_EQ(std::count(machine.asked.begin(), machine.asked.end(), "secure /srv"), 1) << log.text;
}

TEST_F(BusyUsers, ALazyUnmountIsWrittenOutFirst) {
  policy.on_busy = config::OnBusy::lazy;
  machine.answers["detach lazily /mnt"] = {outcome_of(true, 0, "unmounted")};
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::whole);
  const auto* last = std::get_if<aoe_mount::Detach>(&machine.last_work());
  ASSERT_NE(last, nullptr);
  EXPECT_TRUE(last->lazy && last->write_out);
}

TEST_F(BusyUsers, OfAContainerAreEndedThere) {
  machine.world.mounts.clear();
  machine.elsewhere = {{{7, 1, "152:0", "/dev/etherd/e1.0", "/data", "ext4"}, 4711, "postgres"}};
  machine.answers["detach /data of 4711"] = machine.answers["detach /mnt"];
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::failed);
  EXPECT_EQ(machine.asked[1], "end the users of /data of 4711");
  EXPECT_EQ(machine.asked.back(), "secure /data of 4711");
}

TEST_F(BusyUsers, AMountWhoseTargetDiesWhileItIsWrittenOutHangsNobody) {
  machine.answers.erase("secure /mnt");
  machine.hangs = {"secure /mnt"};
  EXPECT_EQ(shut_down(), aoe_mount::Completeness::failed);
  EXPECT_LE(machine.time, milliseconds(16'000));
}

TEST_F(BusyUsers, AreOnlyWaitedForOtherwise) {
  EXPECT_EQ(aoe_mount::take_down(policy, machine, log.progress), aoe_mount::Completeness::failed);
  for (const char* never : {"end the users of /mnt", "kill the users of /mnt", "secure /mnt"})
    EXPECT_EQ(std::count(machine.asked.begin(), machine.asked.end(), never), 0);
}
