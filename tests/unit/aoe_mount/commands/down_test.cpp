#include "aoe_mount/commands/down.h"

#include "tests/fakes/aoe_mount/fake_machine.h"
#include "tests/unit/aoe_mount/progress_log.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace {

using tests::milliseconds;
using Asked = std::vector<std::string>;
using aoe_mount::Completeness;

aoe_mount::Outcome busy(const std::string& target) {
  aoe_mount::Outcome outcome;
  outcome.code = EBUSY;
  outcome.text = fmt::format("cannot unmount {}: target is busy", target);
  return outcome;
}

struct Down : testing::Test {
  tests::FakeMachine machine;
  tests::ProgressLog log;
  config::DownPolicy policy;

  config::Client client;

  void client_of(const std::string& mountpoint) {
    client.file = "lab.yaml";
    client.mounts.emplace_back().mountpoint = mountpoint;
  }
  Completeness reached = Completeness::failed;
  bool down() {
    log.text.clear();
    machine.asked.clear();
    reached = aoe_mount::take_down(policy, machine, log.progress);
    return reached != Completeness::failed;
  }
  bool down_only() {
    return aoe_mount::take_down_only(client, machine, log.progress) != Completeness::failed;
  }
  // A process hangs in a write to the disk, and keeps the mount busy until the driver has given the disk up.
  void keep_busy_until_given_up(const std::string& disk, const std::string& target) {
    machine.answers["detach " + target] = {busy(target)};
    for (milliseconds time{0}; time < milliseconds(30'000); time += milliseconds(100)) {
      machine.at(time, [this, disk, target] {
        if (!machine.world.device(disk)->is_up()) machine.answers.erase("detach " + target);
      });
    }
  }
};

aoe_mount::Outcome success() {
  aoe_mount::Outcome outcome;
  outcome.done = true;
  outcome.text = "unmounted";
  return outcome;
}

}  // namespace

TEST_F(Down, TwiceDoesNothingTheSecondTime) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  machine.add_mount("/dev/sda1", "/home");
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text, "+ /mnt/data (e1.0): done\n+ nothing is on AoE any more\n");
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, Asked{});
  EXPECT_EQ(log.text, "+ nothing is on AoE\n");
}

TEST_F(Down, TellsThatATargetWasGivenUpBefore) {
  machine.add_aoe("e1.0").state = "down,closewait";
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "+ /mnt/data (e1.0): done\n"
            "? e1.0: the driver had given it up before; unwritten data is lost\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(Down, TakesOffWholeStacksFromTheTop) {
  // Two targets, md on them, LVM on that, a file system with a loop device and a swap file on it.
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_layer("md127", {"etherd!e1.0", "etherd!e1.1"});
  machine.add_layer("dm-0", {"md127"}).mapped_name = "vg-home";
  machine.add_mount("/dev/mapper/vg-home", "/home");
  machine.add_layer("loop0", {}).backing_file = "/home/image";
  machine.add_mount("/dev/loop0", "/mnt/image");
  machine.add_mount("tmpfs", "/home/tmp", "tmpfs");
  machine.add_swap("/home/swapfile");
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked,
            (Asked{"detach /mnt/image", "detach /home/tmp", "swapoff /home/swapfile", "release /dev/loop0",
                   "detach /home", "release /dev/mapper/vg-home", "release /dev/md127"}))
      << log.text;
}

TEST_F(Down, AnOverlayGoesBeforeTheMountsThatItShows) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/a");
  machine.add_mount("/dev/sda1", "/");
  machine.add_mount("overlay", "/merged", "overlay");
  machine.world.mounts.back().options = "rw,lowerdir=/usr:/mnt/a/lower,upperdir=/upper,workdir=/work";
  machine.add_mount("overlay", "/other", "overlay");
  machine.world.mounts.back().options = "rw,lowerdir=/usr,upperdir=/upper,workdir=/work";
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, (Asked{"detach /merged", "detach /mnt/a"}));
}

TEST_F(Down, AnOpenDiskThatNothingExplainsIsAFailure) {
  machine.changed.interfaces = {"eth1"};
  machine.users_of_driver = 1;
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  EXPECT_FALSE(down());
  EXPECT_EQ(log.text,
            "+ /mnt (e1.0): done\n"
            "! AoE disks are open 1 times by something that no mount, swap or device shows: 'fuser -v "
            "/dev/etherd/e*' names programs; the driver and the interfaces stay\n");
  EXPECT_EQ(machine.changed.interfaces, Asked{"eth1"});
}

TEST_F(Down, LeavesAloneWhatIsNotOnAoe) {
  machine.add_aoe("e1.0");
  machine.add_layer("sda", {});
  machine.add_layer("dm-0", {"sda"}).mapped_name = "vg-local";
  machine.add_layer("loop0", {}).backing_file = "/var/image";
  machine.add_mount("/dev/mapper/vg-local", "/");
  machine.add_mount("/dev/loop0", "/mnt/image");
  machine.add_swap("/dev/sda");
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, Asked{});
}

TEST_F(Down, WhatTheRootFileSystemStandsOnStays) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-root";
  machine.add_layer("dm-1", {"etherd!e1.0"}).mapped_name = "vg-home";
  machine.add_mount("/dev/mapper/vg-root", "/");
  machine.add_mount("/dev/mapper/vg-home", "/home");
  machine.add_swap("/swapfile");
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, (Asked{"detach /home", "release /dev/mapper/vg-home"}));
}

// A driver that does not count its users makes no difference.
TEST_F(Down, TheRootFileSystemKeepsItsDriverAndItsInterfaces) {
  machine.changed.driver = true;
  machine.changed.interfaces = {"eth0"};
  machine.users_of_driver = std::nullopt;
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/");
  machine.add_mount("/dev/etherd/e1.1", "/home");
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, Asked{"detach /home"});
  EXPECT_EQ(log.text,
            "+ /home (e1.1): done\n"
            "+ nothing but the root file system is on AoE any more\n"
            "+ the driver and the interfaces stay: the root file system is on AoE\n");
}

// The driver has one patience for all: it is short for as long as it takes, and longer than a target needs
// that answers.
TEST_F(Down, ASilentTargetIsGivenUpBesideARootFileSystemOnAoe) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/");
  machine.add_mount("/dev/etherd/e1.1", "/mnt");
  machine.dead = {"etherd!e1.1"};
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, (Asked{"detach /mnt", "ask /dev/etherd/e1.1", "give up who is silent for 3 s",
                                  "be patient again"}));
  EXPECT_EQ(log.text,
            "? /mnt (e1.1): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "+ /mnt (e1.1): done\n"
            "+ nothing but the root file system is on AoE any more\n");
  EXPECT_LE(machine.time, milliseconds(8500));
}

TEST_F(Down, NoTargetIsGivenUpWhileTheRootFileSystemsDoesNotAnswerEither) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/");
  machine.add_mount("/dev/etherd/e1.1", "/mnt");
  machine.dead = {"etherd!e1.0", "etherd!e1.1"};
  machine.at(milliseconds(200), [this] { machine.start(aoe_mount::Ask{"/dev/etherd/e1.0"}); });
  EXPECT_FALSE(down());
  EXPECT_EQ(machine.asked,
            (Asked{"detach /mnt", "ask /dev/etherd/e1.0", "ask /dev/etherd/e1.1", "abandon detach /mnt",
                   "detach lazily /mnt", "abandon ask /dev/etherd/e1.1"}));
  EXPECT_EQ(log.text,
            "? /mnt (e1.1): the target has not answered for 6 s; leaving it behind, because the target "
            "of the root file system does not answer either\n"
            "! /mnt (e1.1): the target does not answer; unmounted lazily\n"
            "! 0 of 1 released; left: /mnt (e1.1)\n");
  EXPECT_LE(machine.time, milliseconds(8500));
}

// Others may be at work on targets that are alive: the driver is patient again as soon as the dead are down.
TEST_F(Down, TheDriverIsPatientAgainAlsoWhenSomethingStays) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/busy");
  machine.add_mount("/dev/etherd/e1.1", "/dead");
  machine.answers["detach /busy"] = {busy("/busy")};
  machine.dead = {"etherd!e1.1"};
  EXPECT_FALSE(down());
  EXPECT_EQ(machine.asked.back(), "be patient again");
  EXPECT_EQ(machine.changed.deadsecs, "");
}

TEST_F(Down, TheDriverIsPatientAgainForOtherConfigurationsInAnyCase) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/dead");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "secret";
  machine.dead = {"etherd!e1.0"};
  machine.hangs = {"detach /dead"};
  client_of("/dead");
  EXPECT_FALSE(down_only());
  EXPECT_EQ(machine.changed.deadsecs, "");
}

TEST_F(Down, SwapOnAPartitionIsEnded) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.0p2");
  machine.add_swap("/dev/etherd/e1.0p2");
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text, "+ swap on e1.0p2: done\n+ nothing is on AoE any more\n");
}

TEST_F(Down, ABusyMountIsTriedAgainForAWhile) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.users["/mnt"] = {"bash (pid 42)"};
  machine.answers["detach /mnt"] = {busy("/mnt"), busy("/mnt"), success()};
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "  /mnt (e1.0) is busy: used by bash (pid 42); waiting up to 5 s\n"
            "+ /mnt (e1.0): unmounted\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(Down, ABusyMountThatStaysBusyIsLeftWithItsUsersNamed) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-a";
  machine.add_mount("/dev/mapper/vg-a", "/mnt");
  machine.users["/mnt"] = {"bash (pid 42)", "vim (pid 43)"};
  machine.answers["detach /mnt"] = {busy("/mnt")};
  EXPECT_FALSE(down());
  EXPECT_EQ(log.text,
            "  /mnt (/dev/mapper/vg-a) is busy: used by bash (pid 42), vim (pid 43); waiting up to 5 s\n"
            "! /mnt (/dev/mapper/vg-a): is busy: used by bash (pid 42), vim (pid 43)\n"
            "! /dev/mapper/vg-a: /mnt (/dev/mapper/vg-a) still uses it\n"
            "! 0 of 2 released; left: /dev/mapper/vg-a, /mnt (/dev/mapper/vg-a)\n");
  EXPECT_LT(machine.time, milliseconds(6000));
}

TEST_F(Down, ABusyMountIsDetachedLazilyWherePolicySaysSo) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.answers["detach /mnt"] = {busy("/mnt")};
  machine.answers["detach lazily /mnt"] = {success()};
  policy.on_busy = config::OnBusy::lazy;
  policy.busy_wait = milliseconds(1000);
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "  /mnt (e1.0) is busy; waiting up to 1 s\n"
            "? /mnt (e1.0) is still busy\n"
            "+ /mnt (e1.0): unmounted lazily: it ends with its last user\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(Down, ASilentTargetIsGivenUpSoThatNothingHangs) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/dead");
  machine.add_mount("/dev/etherd/e1.1", "/mnt/live");
  machine.dead = {"etherd!e1.0"};
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "+ /mnt/live (e1.1): done\n"
            "? /mnt/dead (e1.0): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "+ /mnt/dead (e1.0): done\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(Down, ATargetThatStillTakesDataIsNotGivenUp) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_layer("dm-0", {"etherd!e1.0", "etherd!e1.1"}).mapped_name = "vg-a";
  machine.add_mount("/dev/mapper/vg-a", "/mnt");
  machine.dead = {"etherd!e1.1"};  // what it takes, it takes in small pieces
  for (int second = 1; second <= 40; ++second) {
    machine.at(milliseconds(1000 * second - 500), [this] { ++machine.world.devices[1].completed; });
  }
  EXPECT_TRUE(down());
  EXPECT_GE(machine.time, milliseconds(45'000)) << "six seconds after its last answer";
  EXPECT_LE(machine.time, milliseconds(49'000));
}

TEST_F(Down, WhatHangsEvenThenIsLeftBehindInBoundedTime) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/a");
  machine.add_mount("/dev/etherd/e1.1", "/mnt/b");
  machine.dead = {"etherd!e1.0", "etherd!e1.1"};
  machine.hangs = {"detach /mnt/a", "detach /mnt/b"};
  EXPECT_FALSE(down());
  EXPECT_EQ(log.text,
            "? /mnt/a (e1.0): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "? /mnt/b (e1.1): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "! /mnt/b (e1.1): the target does not answer; unmounted lazily\n"
            "! /mnt/a (e1.0): the target does not answer; unmounted lazily\n"
            "! 0 of 2 released; left: /mnt/a (e1.0), /mnt/b (e1.1)\n");
  EXPECT_LE(machine.time, milliseconds(11'000)) << "side by side, not one after the other";
}

TEST_F(Down, ALazyUnmountThatHangsTooEndsInBoundedTime) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.dead = {"etherd!e1.0"};
  machine.hangs = {"detach /mnt", "detach lazily /mnt"};
  EXPECT_FALSE(down());
  EXPECT_NE(log.text.find("! /mnt (e1.0): the target does not answer\n"), std::string::npos) << log.text;
  EXPECT_LE(machine.time, milliseconds(11'000));
}

// Any number of dead targets, and stacks of any height on them, have one time. Targets that never hung before
// (of swap, or with nothing to do) are found to be dead at the same time.
TEST_F(Down, LayersOnDeadTargetsDoNotAddTheirTimesUp) {
  for (int slot = 0; slot < 20; ++slot) {
    machine.add_aoe(fmt::format("e1.{}", slot));
    machine.dead.insert(fmt::format("etherd!e1.{}", slot));
  }
  machine.add_layer("md127", {"etherd!e1.0", "etherd!e1.1"});
  machine.add_layer("md126", {"etherd!e1.2", "etherd!e1.3"});
  machine.add_layer("dm-0", {"md126", "md127"}).mapped_name = "vg-home";
  machine.add_layer("dm-1", {"dm-0"}).mapped_name = "secret";
  machine.add_mount("/dev/mapper/secret", "/home");
  machine.add_layer("loop0", {}).backing_file = "/home/image";
  machine.add_mount("/dev/loop0", "/mnt/image");
  machine.add_mount("/dev/etherd/e1.4", "/home/deep");
  machine.add_mount("/dev/etherd/e1.5", "/home/deep/deeper");
  machine.add_swap("/dev/etherd/e1.6");
  for (int slot = 7; slot < 20; ++slot)
    machine.add_mount(fmt::format("/dev/etherd/e1.{}", slot), fmt::format("/mnt/{}", slot));
  EXPECT_TRUE(down()) << log.text;
  EXPECT_LE(machine.time, milliseconds(9000));
}

TEST_F(Down, LayersThatHangEvenThenDoNotAddTheirTimesUpEither) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_layer("md127", {"etherd!e1.0", "etherd!e1.1"});
  machine.add_layer("dm-0", {"md127"}).mapped_name = "vg-home";
  machine.add_mount("/dev/mapper/vg-home", "/home");
  machine.add_mount("/dev/etherd/e1.1", "/home/deep");
  machine.dead = {"etherd!e1.0", "etherd!e1.1"};
  machine.hangs = {"release /dev/mapper/vg-home"};
  EXPECT_FALSE(down());
  EXPECT_NE(log.text.find("! /dev/mapper/vg-home: the target does not answer\n"
                          "! /dev/md127: the target does not answer\n"
                          "! 2 of 4 released; left: /dev/md127, /dev/mapper/vg-home\n"),
            std::string::npos)
      << log.text;
  EXPECT_LE(machine.time, milliseconds(11'000));
}

TEST_F(Down, AMountInsideOneThatIsLeftBehindGoesOutOfTheTreeWithIt) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.1", "/srv");
  machine.add_mount("/dev/etherd/e1.0", "/srv/dead");
  machine.add_mount("tmpfs", "/srv/dead/tmp", "tmpfs");
  machine.dead = {"etherd!e1.0"};
  machine.hangs = {"detach /srv/dead/tmp"};
  EXPECT_FALSE(down());
  EXPECT_TRUE(
      log.text.ends_with("! /srv/dead/tmp (tmpfs): the target does not answer; unmounted lazily\n"
                         "! /srv/dead (e1.0): the target does not answer; unmounted lazily\n"
                         "+ /srv (e1.1): done\n"
                         "! 1 of 3 released; left: /srv/dead (e1.0), /srv/dead/tmp (tmpfs)\n"))
      << log.text;
}

// The end of the file system hangs; the second unmount fails for that reason alone.
TEST_F(Down, AMountThatIsOutOfTheTreeByItsFirstUnmountIsInNobodysWay) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.1", "/srv");
  machine.add_mount("/dev/etherd/e1.0", "/srv/dead");
  machine.dead = {"etherd!e1.0"};
  machine.hangs = {"detach /srv/dead"};
  machine.at(milliseconds(500), [this] { machine.world.mounts.pop_back(); });
  aoe_mount::Outcome not_mounted;
  not_mounted.code = EINVAL;
  not_mounted.text = "cannot unmount /srv/dead: not mounted";
  machine.answers["detach lazily /srv/dead"] = {not_mounted};
  EXPECT_FALSE(down());
  EXPECT_TRUE(
      log.text.ends_with("! /srv/dead (e1.0): the target does not answer; unmounted lazily\n"
                         "+ /srv (e1.1): done\n"
                         "! 1 of 2 released; left: /srv/dead (e1.0)\n"))
      << log.text;
}

// A disk that answers others all the time must not hide that the other disk of the volume is dead.
TEST_F(Down, ALiveTargetDoesNotHideADeadOne) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_layer("dm-0", {"etherd!e1.0", "etherd!e1.1"}).mapped_name = "vg-a";
  machine.add_mount("/dev/mapper/vg-a", "/mnt");
  machine.dead = {"etherd!e1.0"};
  for (int second = 1; second <= 100; ++second) {
    machine.at(milliseconds(1000 * second - 500), [this] { ++machine.world.devices[1].completed; });
  }
  EXPECT_TRUE(down());
  EXPECT_LE(machine.time, milliseconds(9000));
}

TEST_F(Down, ATargetThatAnswersAgainIsNotLeftBehindWithTheDead) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/dead");
  machine.add_mount("/dev/etherd/e1.1", "/slow");
  machine.dead = {"etherd!e1.0", "etherd!e1.1"};
  machine.driver_looks_after = milliseconds(2000);
  machine.at(milliseconds(6200), [this] { machine.revive("etherd!e1.1", milliseconds(22'000)); });
  for (int second = 7; second < 22; ++second) {
    machine.at(milliseconds(1000 * second), [this] { ++machine.world.devices[1].completed; });
  }
  EXPECT_TRUE(down()) << log.text;
  EXPECT_GE(machine.time, milliseconds(22'000));
}

TEST_F(Down, WhatHangsThoughItsTargetAnswersIsLeftBehindToo) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.hangs = {"detach /mnt"};
  EXPECT_FALSE(down());
  EXPECT_EQ(log.text,
            "! /mnt (e1.0): it does not end, though its target answers; unmounted lazily\n"
            "! 0 of 1 released; left: /mnt (e1.0)\n");
  EXPECT_LE(machine.time, milliseconds(11'000));
}

TEST_F(Down, BusyMountsOnEachOtherHaveOneTimeForAll) {
  machine.add_aoe("e1.0");
  std::string directory;
  for (int depth = 0; depth < 5; ++depth) {
    directory += "/a";
    machine.add_mount("/dev/etherd/e1.0", directory);
    machine.answers["detach " + directory] = std::vector<aoe_mount::Outcome>(12, busy(directory));
    machine.answers["detach " + directory].push_back(success());
  }
  EXPECT_FALSE(down());
  EXPECT_LE(machine.time, milliseconds(6000));
}

// The users of a busy mount go, and only then it shows that its target is dead.
TEST_F(Down, ABusyMountOnADeadTargetTakesNoLonger) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.dead = {"etherd!e1.0"};
  machine.answers["detach /mnt"] = {busy("/mnt")};
  machine.at(milliseconds(4500), [this] { machine.answers.clear(); });
  EXPECT_TRUE(down());
  EXPECT_LE(machine.time, milliseconds(8500)) << log.text;
}

TEST_F(Down, ABusyMountWhoseUserHangsOnADeadTargetIsGivenUpWithIt) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.users["/mnt"] = {"dd (pid 42)"};
  machine.dead = {"etherd!e1.0"};
  keep_busy_until_given_up("etherd!e1.0", "/mnt");
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "  /mnt (e1.0) is busy: used by dd (pid 42); waiting up to 5 s\n"
            "? /mnt (e1.0): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "+ /mnt (e1.0): done\n"
            "+ nothing is on AoE any more\n");
  EXPECT_LE(machine.time, milliseconds(8500));
  EXPECT_EQ(reached, Completeness::partial) << "what the target had not taken is lost";
}

TEST_F(Down, ABusyMountOnADeadTargetIsNotUnmountedLazilyBeforeTheTargetIsGivenUp) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "secret";
  machine.add_mount("/dev/mapper/secret", "/mnt");
  machine.dead = {"etherd!e1.0"};
  keep_busy_until_given_up("etherd!e1.0", "/mnt");
  policy.on_busy = config::OnBusy::lazy;
  EXPECT_TRUE(down());
  EXPECT_EQ(
      log.text,
      "  /mnt (/dev/mapper/secret) is busy; waiting up to 5 s\n"
      "? /mnt (/dev/mapper/secret): the target has not answered for 6 s; giving it up; unwritten data is "
      "lost\n"
      "+ /mnt (/dev/mapper/secret): done\n"
      "+ /dev/mapper/secret: done\n"
      "+ nothing is on AoE any more\n");
}

TEST_F(Down, ABusyMountWhoseUserOutlivesItsDeadTargetGoesOutOfTheTree) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.users["/mnt"] = {"bash (pid 42)"};
  machine.dead = {"etherd!e1.0"};
  machine.answers["detach /mnt"] = {busy("/mnt")};
  EXPECT_FALSE(down());
  EXPECT_TRUE(
      log.text.ends_with("! /mnt (e1.0): the target does not answer; unmounted lazily\n"
                         "! 0 of 1 released; left: /mnt (e1.0)\n"))
      << log.text;
  EXPECT_LE(machine.time, milliseconds(11'000));
}

TEST_F(Down, TheLossOfABusyMountsDataIsReportedOnceForEachTarget) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/a");
  machine.add_mount("/dev/etherd/e1.0", "/a/inside");
  machine.add_mount("/dev/etherd/e1.1", "/b");
  machine.dead = {"etherd!e1.0", "etherd!e1.1"};
  keep_busy_until_given_up("etherd!e1.0", "/a/inside");
  keep_busy_until_given_up("etherd!e1.1", "/b");
  policy.busy_wait = milliseconds(15'000);
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "  /a/inside (e1.0) is busy; waiting up to 15 s\n"
            "  /b (e1.1) is busy; waiting up to 15 s\n"
            "? /a/inside (e1.0): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "? /b (e1.1): the target has not answered for 6 s; giving it up; unwritten data is lost\n"
            "+ /a/inside (e1.0): done\n"
            "+ /b (e1.1): done\n"
            "+ /a (e1.0): done\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(Down, UndoesWhatUpDidBesides) {
  machine.changed.driver = true;
  machine.changed.interfaces = {"eth1", "eth2"};
  machine.interface_users["eth2"] = "it has the address 10.0.0.1";
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, (Asked{"detach /mnt", "unload driver", "lower eth1"}));
  EXPECT_EQ(log.text,
            "+ /mnt (e1.0): done\n"
            "+ nothing is on AoE any more\n"
            "+ the driver aoe is unloaded\n"
            "+ interface eth1 put down again\n"
            "? interface eth2 stays up: it has the address 10.0.0.1\n");
}

TEST_F(Down, PutsBackTheSettingsOfADriverThatWasThereAndOfInterfaces) {
  machine.changed.interfaces = {"eth1"};
  machine.changed.mtus = {{"eth1", 1500}, {"eth2", 4000}};
  machine.changed.parameters = {{"aoe_iflist", ""}};
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked,
            (Asked{"restore parameters", "restore mtu eth1", "restore mtu eth2", "lower eth1"}));
  EXPECT_EQ(log.text,
            "+ nothing is on AoE\n"
            "+ the driver's parameters are restored\n"
            "+ interface eth1 has its MTU of 1500 again\n"
            "+ interface eth2 has its MTU of 4000 again\n"
            "+ interface eth1 put down again\n");
}

TEST_F(Down, WhatIsLeftKeepsItsLink) {
  machine.changed.driver = true;
  machine.changed.interfaces = {"eth1"};
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.answers["detach /mnt"] = {busy("/mnt")};
  EXPECT_FALSE(down());
  EXPECT_EQ(machine.asked.back(), "detach /mnt");
}

TEST_F(Down, ALazyUnmountKeepsItsLinkUntilItHasEnded) {
  machine.changed.interfaces = {"eth1"};
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.answers["detach /mnt"] = {busy("/mnt")};
  policy.on_busy = config::OnBusy::lazy;
  const std::string note =
      "? AoE devices are still in use: the interfaces stay up, and the driver stays loaded\n";
  machine.users_of_driver = 1;
  EXPECT_TRUE(down());
  EXPECT_TRUE(log.text.ends_with(note)) << log.text;
  EXPECT_TRUE(down()) << "its user is still there";
  EXPECT_EQ(log.text, "+ nothing is on AoE\n" + note);
  machine.users_of_driver = 0;
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, Asked{"lower eth1"});
}

TEST_F(Down, ADriverThatDoesNotCountItsUsersIsNotTrustedAfterALazyUnmount) {
  machine.changed.interfaces = {"eth1"};
  machine.users_of_driver = std::nullopt;
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.answers["detach /mnt"] = {busy("/mnt")};
  policy.on_busy = config::OnBusy::lazy;
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.changed.interfaces, Asked{"eth1"});
}

TEST_F(Down, WaitsForUdevToLetGo) {
  machine.changed.interfaces = {"eth1"};
  machine.users_of_driver = 1;
  machine.at(milliseconds(300), [this] { machine.users_of_driver = 0; });
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, Asked{"lower eth1"});
}

TEST_F(Down, ADriverThatStaysIsANoteAndKeepsTheLink) {
  machine.changed.driver = true;
  machine.changed.interfaces = {"eth1"};
  aoe_mount::Outcome refused;
  refused.text = "modprobe: FATAL: Module aoe is in use.";
  machine.answers["unload driver"] = {refused};
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "+ nothing is on AoE\n"
            "? the driver aoe stays loaded, and the interfaces up: modprobe: FATAL: Module aoe is in use.\n");
  machine.hangs = {"unload driver"};
  EXPECT_TRUE(down());
  EXPECT_EQ(log.text,
            "+ nothing is on AoE\n"
            "? the driver aoe stays loaded, and the interfaces up: unloading it takes longer than 5 s\n");
  EXPECT_EQ(machine.changed.interfaces, Asked{"eth1"});
}

TEST_F(Down, AfterASilentTargetTheDriverStaysAndIsPatientAgain) {
  machine.changed.driver = true;
  machine.changed.interfaces = {"eth1"};
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt");
  machine.dead = {"etherd!e1.0"};
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, (Asked{"detach /mnt", "ask /dev/etherd/e1.0", "give up who is silent for 3 s",
                                  "be patient again", "lower eth1"}));
  EXPECT_TRUE(log.text.ends_with(
      "? the driver aoe stays loaded: it may still be ending the requests of a silent target\n"
      "+ interface eth1 put down again\n"))
      << log.text;
}

TEST_F(Down, OneOfSeveralConfigurationsReleasesOnlyItsOwn) {
  machine.changed.interfaces = {"eth1"};
  for (const char* disk : {"e1.0", "e1.1", "e1.2", "e1.3", "e1.4"}) machine.add_aoe(disk);
  machine.add_mount("/dev/etherd/e1.0", "/mnt/theirs");
  machine.add_mount("/dev/etherd/e1.1", "/mnt/ours");
  machine.add_mount("tmpfs", "/mnt/ours/tmp", "tmpfs");
  machine.add_layer("dm-0", {"etherd!e1.2"}).mapped_name = "our--vg-home";
  machine.add_layer("dm-1", {"etherd!e1.2"}).mapped_name = "our-vg";
  machine.add_mount("/dev/mapper/our--vg-home", "/mnt/by-hand");
  machine.add_swap("/dev/etherd/e1.3");
  machine.add_swap("/dev/etherd/e1.4");
  client.file = "ours.yaml";
  config::Mount mount;
  mount.mountpoint = "/mnt/ours";
  client.mounts = {mount};
  config::VolumeGroup group;
  group.name = "our-vg";
  client.volume_groups = {group};
  config::Swap swap;
  swap.source = config::AoeDevice{{1, 4}, std::nullopt};
  client.swaps = {swap};
  EXPECT_TRUE(down_only());
  EXPECT_EQ(machine.asked, (Asked{"detach /mnt/ours/tmp", "detach /mnt/by-hand", "swapoff /dev/etherd/e1.4",
                                  "release /dev/mapper/our--vg-home", "detach /mnt/ours"}));
  EXPECT_TRUE(log.text.ends_with("+ nothing of ours.yaml is on AoE any more\n")) << log.text;
  log.text.clear();
  client.mounts.clear();
  client.volume_groups.clear();
  client.swaps.clear();
  EXPECT_TRUE(down_only());
  EXPECT_EQ(log.text, "+ nothing of ours.yaml is on AoE\n");
}

TEST_F(Down, OneOfSeveralConfigurationsKnowsItsMountByALink) {
  machine.add_aoe("e1.0");
  machine.links["/data"] = "/mnt/real-data";
  machine.add_mount("/dev/etherd/e1.0", "/mnt/real-data");
  client_of("/data");
  EXPECT_TRUE(down_only());
  EXPECT_EQ(machine.asked, Asked{"detach /mnt/real-data"});
}

TEST_F(Down, UnmountsInOtherNamespacesToo) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-home";
  machine.add_mount("/dev/mapper/vg-home", "/home");
  const std::string number = machine.world.devices[1].number;
  machine.elsewhere = {{{7, 1, number, "/dev/mapper/vg-home", "/data", "ext4"}, 4711, "postgres"},
                       {{9, 7, number, "/dev/mapper/vg-home", "/data/inner", "ext4"}, 4711, "postgres"},
                       {{8, 1, "8:1", "/dev/sda1", "/", "ext4"}, 4711, "postgres"}};
  EXPECT_TRUE(down());
  EXPECT_EQ(machine.asked, (Asked{"detach /home", "detach /data/inner of 4711", "detach /data of 4711",
                                  "release /dev/mapper/vg-home"}));
  EXPECT_EQ(log.text,
            "+ /home (/dev/mapper/vg-home): done\n"
            "+ /data/inner (/dev/mapper/vg-home) of postgres (pid 4711): done\n"
            "+ /data (/dev/mapper/vg-home) of postgres (pid 4711): done\n"
            "+ /dev/mapper/vg-home: done\n"
            "+ nothing is on AoE any more\n");
}

TEST_F(Down, NamesWhatIsBusyInAnotherNamespaceAndReleasesTheRest) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  machine.elsewhere = {{{7, 1, "152:0", "/dev/etherd/e1.0", "/data", "ext4"}, 4711, "postgres"}};
  aoe_mount::Outcome in_use;
  in_use.code = EBUSY;
  in_use.text = "cannot unmount it: it is busy";
  machine.answers["detach /data of 4711"] = {in_use};
  EXPECT_FALSE(down());
  EXPECT_EQ(log.text,
            "+ /mnt/data (e1.0): done\n"
            "  /data (e1.0) of postgres (pid 4711) is busy; waiting up to 5 s\n"
            "! /data (e1.0) of postgres (pid 4711): cannot unmount it: it is busy\n"
            "! 1 of 2 released; left: /data (e1.0) of postgres (pid 4711)\n");
}

TEST_F(Down, UnmountsInOtherNamespacesWhatIsBusyInOurs) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  machine.elsewhere = {{{7, 1, "152:0", "/dev/etherd/e1.0", "/data", "ext4"}, 4711, "postgres"}};
  machine.answers["detach /mnt/data"] = {busy("/mnt/data")};
  EXPECT_FALSE(down());
  EXPECT_TRUE(machine.elsewhere.empty());
}

TEST_F(Down, LeavesTheNamespacesOfOtherConfigurationsAlone) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  machine.add_mount("/dev/etherd/e1.1", "/mnt/other");
  machine.elsewhere = {{{7, 1, "152:1", "/dev/etherd/e1.1", "/other", "ext4"}, 4711, "postgres"},
                       {{8, 1, "152:0", "/dev/etherd/e1.0", "/data", "ext4"}, 4711, "postgres"}};
  client.file = "lab.yaml";
  config::Mount& mount = client.mounts.emplace_back();
  mount.source = config::AoeDevice{{1, 0}, {}};
  mount.mountpoint = "/mnt/data";
  EXPECT_TRUE(down_only());
  EXPECT_EQ(log.text,
            "+ /mnt/data (e1.0): done\n"
            "+ /data (e1.0) of postgres (pid 4711): done\n"
            "+ nothing of lab.yaml is on AoE any more\n");
}

TEST_F(Down, AMountOfTheRootDiskInAContainerIsNoReasonToFail) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/");
  machine.elsewhere = {{{7, 1, "152:0", "/dev/etherd/e1.0", "/", "ext4"}, 4711, "postgres"}};
  EXPECT_TRUE(down());
}
