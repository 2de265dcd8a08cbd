#include "aoe_mount/commands/up.h"

#include "tests/fakes/aoe_mount/fake_machine.h"
#include "tests/unit/aoe_mount/progress_log.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace {

using tests::milliseconds;
using Asked = std::vector<std::string>;

config::Mount mount_of(config::MountSource source, const std::string& target,
                       milliseconds wait = milliseconds(30'000)) {
  config::Mount mount;
  mount.source = std::move(source);
  mount.mountpoint = target;
  mount.wait = wait;
  return mount;
}

config::AoeDevice e(unsigned shelf, unsigned slot, std::optional<unsigned> partition = std::nullopt) {
  return {{static_cast<std::uint16_t>(shelf), static_cast<std::uint8_t>(slot)}, partition};
}

config::Encrypted secret_on(config::MountSource source, const std::string& key_file, milliseconds wait) {
  config::Encrypted encrypted;
  encrypted.source = std::move(source);
  encrypted.name = "secret";
  encrypted.key_file = key_file;
  encrypted.wait = wait;
  return encrypted;
}

using aoe_mount::Completeness;

struct Up : testing::Test {
  config::Client client;
  tests::FakeMachine machine;
  tests::ProgressLog log;
  Completeness reached = Completeness::failed;

  bool up() {
    log.text.clear();
    machine.asked.clear();
    reached = aoe_mount::bring_up(client, machine, log.progress);
    return reached != Completeness::failed;
  }
};

aoe_mount::Outcome failure(std::string text) {
  aoe_mount::Outcome outcome;
  outcome.text = std::move(text);
  return outcome;
}

}  // namespace

TEST_F(Up, TellsTheWholeWayFromTheDriverToTheMount) {
  machine.driver = false;
  machine.down_interfaces = {"eth1"};
  client.interfaces = {{"eth1", {}}, {"eth2", {}}};
  client.mounts = {mount_of(e(1, 0, 1), "/mnt/data")};
  machine.at(milliseconds(200), [&] { machine.add_aoe("e1.0"); });
  machine.at(milliseconds(250), [&] { machine.add_aoe("e1.0p1", 10ULL << 30); });
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"load driver", "raise eth1", "raise eth2", "use [eth1 eth2]",
                                  "attach /dev/etherd/e1.0p1 /mnt/data"}));
  EXPECT_EQ(log.text,
            "  loading the driver aoe\n"
            "+ interface eth1 raised\n"
            "+ interface eth2 is up\n"
            "  asking eth1, eth2 for targets\n"
            "  waiting for e1.0p1\n"
            "  /mnt/data: e1.0p1 is there (10.0 GiB), checking and mounting\n"
            "+ /mnt/data: e1.0p1 is mounted (done)\n"
            "+ 1 of 1 mounted\n");
}

TEST_F(Up, TwiceDoesNothingTheSecondTime) {
  machine.add_aoe("e1.0");
  client.mounts = {mount_of(e(1, 0), "/mnt/data")};
  EXPECT_TRUE(up());
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, Asked{"use []"});
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "+ /mnt/data: e1.0 is mounted already\n"
            "+ 1 of 1 mounted\n");
}

// The kernel lists a mount by the path that the link leads to.
TEST_F(Up, AMountPointThatIsALinkIsSeenToBeMounted) {
  machine.add_aoe("e1.0");
  machine.links["/data"] = "/mnt/real-data";
  machine.add_mount("/dev/etherd/e1.0", "/mnt/real-data", "vfat");
  client.mounts = {mount_of(e(1, 0), "/data")};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, Asked{"use []"});
  EXPECT_NE(log.text.find("+ /data: e1.0 is mounted already\n"), std::string::npos) << log.text;
}

TEST_F(Up, ALinkOrdersNestedMountsToo) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.links["/data/inner"] = "/srv/inner";
  client.mounts = {mount_of(e(1, 1), "/data/inner"), mount_of(e(1, 0), "/srv")};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked,
            (Asked{"use []", "attach /dev/etherd/e1.0 /srv", "attach /dev/etherd/e1.1 /data/inner"}));
}

TEST_F(Up, ADiskThatIsMountedElsewhereIsMountedAgainAndNotChecked) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/a");
  client.mounts = {mount_of(e(1, 0), "/b")};
  EXPECT_TRUE(up());
  const auto* attach = std::get_if<aoe_mount::Attach>(&machine.last_work());
  ASSERT_NE(attach, nullptr);
  EXPECT_FALSE(attach->fsck);
  EXPECT_NE(log.text.find("  /b: e1.0 is mounted on /a as well, mounting\n"), std::string::npos) << log.text;
}

TEST_F(Up, OneDiskOnTwoMountPointsIsCheckedOnce) {
  machine.add_aoe("e1.0");
  client.mounts = {mount_of(e(1, 0), "/a"), mount_of(e(1, 0), "/b")};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "attach /dev/etherd/e1.0 /a", "attach /dev/etherd/e1.0 /b"}));
  const auto* attach = std::get_if<aoe_mount::Attach>(&machine.last_work());
  ASSERT_NE(attach, nullptr);
  EXPECT_FALSE(attach->fsck);
}

TEST_F(Up, ADiskThatAnotherDeviceOrSwapUsesIsLeftAlone) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "secret";
  machine.add_aoe("e1.1");
  machine.add_swap("/dev/etherd/e1.1");
  client.mounts = {mount_of(e(1, 0), "/a", milliseconds(2000)), mount_of(e(1, 1), "/b", milliseconds(2000))};
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked, Asked{"use []"});
  EXPECT_NE(log.text.find("! /a: e1.0 is in use by /dev/mapper/secret\n"), std::string::npos) << log.text;
  EXPECT_NE(log.text.find("! /b: e1.1 is in use as swap\n"), std::string::npos) << log.text;
}

TEST_F(Up, TwoDevicesOfOneUuidAreBothNamedAndNeitherIsTouched) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.signatures["/dev/etherd/e1.0"] = {"vfat", "66dd", "", ""};
  machine.signatures["/dev/etherd/e1.1"] = {"vfat", "66dd", "", ""};
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/home", milliseconds(2000))};
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "probe /dev/etherd/e1.0", "probe /dev/etherd/e1.1"}));
  EXPECT_NE(log.text.find("! /home: e1.0 and e1.1 both have UUID 66dd: give the address of one instead, or "
                          "change the UUID or label of the other\n"),
            std::string::npos)
      << log.text;
}

TEST_F(Up, TheLegsOfAMirrorAreNotTakenForTheVolumeOnThem) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-home_rimage_0";
  machine.add_layer("dm-1", {"dm-0"}).mapped_name = "vg-home";
  machine.signatures["/dev/mapper/vg-home_rimage_0"] = {"vfat", "66dd", "", ""};
  machine.signatures["/dev/mapper/vg-home"] = {"vfat", "66dd", "", ""};
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/home")};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked.back(), "attach /dev/mapper/vg-home /home");
}

TEST_F(Up, ADeviceThatCannotBeProbedIsNamedWithTheReason) {
  machine.add_aoe("e1.0");
  machine.answers["probe /dev/etherd/e1.0"] = {failure("/dev/etherd/e1.0 holds signatures of several")};
  client.mounts = {mount_of(config::FsLabel{"photos"}, "/photos", milliseconds(2000))};
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /photos: no AoE device with label photos appeared within 2 s; "
                          "/dev/etherd/e1.0 holds signatures of several\n"),
            std::string::npos)
      << log.text;
}

TEST_F(Up, ADeviceThatNeverAppearsIsNamedAndDelaysNobody) {
  machine.add_aoe("e1.1");
  client.mounts = {mount_of(e(7, 7), "/mnt/never", milliseconds(3000)), mount_of(e(1, 1), "/mnt/there")};
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "  /mnt/there: e1.1 is there (1.0 GiB), checking and mounting\n"
            "  waiting for e7.7\n"
            "+ /mnt/there: e1.1 is mounted (done)\n"
            "! /mnt/never: e7.7 did not appear within 3 s\n"
            "! 1 of 2 mounted; failed: /mnt/never\n");
  EXPECT_EQ(machine.time, milliseconds(3000)) << "as long as it was told to wait, and no longer";
  EXPECT_GE(machine.discoveries, 3) << "a target that starts late is asked for again";
}

TEST_F(Up, WhatIsNotRequiredDoesNotFail) {
  client.mounts = {mount_of(e(7, 7), "/mnt/never", milliseconds(1000))};
  client.mounts[0].required = false;
  EXPECT_TRUE(up());
  EXPECT_EQ(reached, Completeness::partial);
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "  waiting for e7.7\n"
            "? /mnt/never: e7.7 did not appear within 1 s (not required)\n"
            "? 0 of 1 mounted; failed: /mnt/never, not required\n");
}

TEST_F(Up, SaysHowFarADeviceGot) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1").state = "down";
  machine.add_aoe("e1.2", 0);
  client.mounts = {mount_of(e(1, 0, 3), "/a", milliseconds(1000)),
                   mount_of(e(1, 1), "/b", milliseconds(1000)), mount_of(e(1, 2), "/c", milliseconds(1000)),
                   mount_of(config::FsUuid{"66dd"}, "/d", milliseconds(1000))};
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "  waiting for e1.0p3, e1.1, e1.2, UUID 66dd\n"
            "! /a: e1.0 is there, but no partition 3 appeared on it within 1 s\n"
            "! /b: e1.1 is there, but did not leave the state 'down' within 1 s\n"
            "! /c: e1.2 is there, but its size did not become known within 1 s\n"
            "! /d: no AoE device with UUID 66dd appeared within 1 s\n"
            "! 0 of 4 mounted; failed: /a, /b, /c, /d\n");
}

TEST_F(Up, FindsFileSystemsByUuidAndLabel) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.signatures["/dev/etherd/e1.0"] = {"ext4", "66DD-AB", "", ""};
  machine.signatures["/dev/etherd/e1.1"] = {"xfs", "", "photos", ""};
  client.mounts = {mount_of(config::FsLabel{"photos"}, "/photos"),
                   mount_of(config::FsUuid{"66dd-ab"}, "/home")};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "probe /dev/etherd/e1.0", "probe /dev/etherd/e1.1",
                                  "attach /dev/etherd/e1.1 /photos", "attach /dev/etherd/e1.0 /home"}));
}

TEST_F(Up, ABusyMountPointSaysWhatIsThere) {
  machine.add_aoe("e1.0");
  machine.add_layer("sda1", {});
  machine.add_mount("/dev/sda1", "/mnt/data", "xfs");
  client.mounts = {mount_of(e(1, 0), "/mnt/data")};
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked, Asked{"use []"});
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "! /mnt/data: mount point /mnt/data is busy: /dev/sda1 (xfs) is mounted there\n"
            "! 0 of 1 mounted; failed: /mnt/data\n");
}

TEST_F(Up, InnerMountsFollowOuterOnes) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  client.mounts = {mount_of(e(1, 1), "/srv/www"), mount_of(e(1, 0), "/srv")};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked,
            (Asked{"use []", "attach /dev/etherd/e1.0 /srv", "attach /dev/etherd/e1.1 /srv/www"}));
}

TEST_F(Up, AnInnerMountIsNotLeftBelowAMissingOuterOne) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_aoe("e1.2");
  client.mounts = {mount_of(e(1, 1), "/srv/www"), mount_of(e(1, 0), "/srv"), mount_of(e(1, 2), "/srv2")};
  machine.answers["attach /dev/etherd/e1.0 /srv"] = {
      failure("/dev/etherd/e1.0 holds xfs, not ext4 as configured")};
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "  /srv: e1.0 is there (1.0 GiB), checking and mounting\n"
            "  /srv2: e1.2 is there (1.0 GiB), checking and mounting\n"
            "  waiting for e1.1\n"
            "! /srv: /dev/etherd/e1.0 holds xfs, not ext4 as configured\n"
            "+ /srv2: e1.2 is mounted (done)\n"
            "! /srv/www: /srv, which it is inside, is not mounted\n"
            "! 1 of 3 mounted; failed: /srv/www, /srv\n");
}

TEST_F(Up, WithoutADriverItSaysSoAndStops) {
  machine.has_no_driver_at_all();
  client.mounts = {mount_of(e(1, 0), "/mnt/data")};
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text, "  loading the driver aoe\n! the kernel has no driver aoe\n");
}

TEST_F(Up, OneOfSeveralInterfacesMayBeMissing) {
  machine.add_aoe("e1.0");
  machine.absent_interfaces = {"eth8", "eth9"};
  client.mounts = {mount_of(e(1, 0), "/mnt/data")};
  client.interfaces = {{"eth8", {}}, {"eth1", {}}};
  EXPECT_TRUE(up());
  EXPECT_NE(log.text.find("! there is no interface eth8\n+ interface eth1 is up\n"), std::string::npos)
      << log.text;
  client.interfaces = {{"eth8", {}}, {"eth9", {}}};
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n! there is no interface eth8\n! there is no interface eth9\n");
}

TEST_F(Up, TheInterfacesOfTheRootFileSystemStayWithTheDriver) {
  machine.add_aoe("e9.0").interfaces = {"eth0", "eth1"};
  machine.add_layer("dm-0", {"etherd!e9.0"}).mapped_name = "vg-root";
  machine.add_mount("/dev/mapper/vg-root", "/");
  client.interfaces = {{"eth1", {}}};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"raise eth1", "use [eth1 eth0]"}));
  EXPECT_NE(log.text.find("  eth0 stays with the driver: the root file system comes by it\n"),
            std::string::npos)
      << log.text;
  client.interfaces.clear();
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, Asked{"use []"});
}

TEST_F(Up, TheInterfacesOfDisksInUseStayWithTheDriver) {
  machine.add_aoe("e1.0").interfaces = {"eth0"};
  machine.add_mount("/dev/etherd/e1.0", "/mnt/a");
  machine.add_aoe("e2.0").interfaces = {"eth3"};  // nobody uses this one
  client.interfaces = {{"eth1", {}}};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"raise eth1", "use [eth1 eth0]"}));
  EXPECT_NE(log.text.find("  eth0 stays with the driver: e1.0 is in use over it\n"), std::string::npos)
      << log.text;
}

TEST_F(Up, TheDriverKeepsWhatOtherConfigurationsNeed) {
  client.interfaces = {{"eth1", {}}};
  client.driver = {30, 64};
  config::Client other;
  other.interfaces = {{"eth0", {}}, {"eth1", {}}};
  other.driver = {180, 16};
  aoe_mount::bring_up(client, machine, log.progress, {other});
  EXPECT_EQ(machine.asked, (Asked{"raise eth1", "aoe_deadsecs=180", "aoe_maxout=16", "use [eth1 eth0]"}));
  machine.asked.clear();
  other.interfaces.clear();
  aoe_mount::bring_up(client, machine, log.progress, {other});
  EXPECT_EQ(machine.asked.back(), "use []") << "the other one searches all interfaces";
}

TEST_F(Up, SetsUpInterfacesAndDriverAsTold) {
  client.interfaces = {{"eth1", 9000}};
  client.driver = {30, 64};
  client.hooks.before_up = "true";
  client.hooks.after_up = "echo up";
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"sh -c true", "mtu eth1 9000", "raise eth1", "aoe_deadsecs=30",
                                  "aoe_maxout=64", "use [eth1]", "sh -c echo up"}));
}

TEST_F(Up, AHookThatFailsIsNamed) {
  client.hooks.before_up = "false";
  machine.answers["sh -c false"] = {failure("'sh -c false' failed: exit status 1")};
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text,
            "  running the hook before-up\n! the hook before-up: 'sh -c false' failed: exit status 1\n");
}

TEST_F(Up, BuildsStacksAsTheirDevicesAppear) {
  config::Array array;
  array.path = "/dev/md/aoe";
  array.members = {e(1, 0), e(2, 0, 1)};
  array.wait = milliseconds(30'000);
  client.arrays = {array};
  config::VolumeGroup group;
  group.name = "vg-aoe";
  group.wait = milliseconds(30'000);
  client.volume_groups = {group};
  client.encrypted = {secret_on(e(1, 4), "/etc/key", milliseconds(30'000))};
  config::Swap swap;
  swap.source = e(1, 5);
  swap.priority = 5;
  swap.wait = milliseconds(30'000);
  client.swaps = {swap};
  client.mounts = {mount_of(config::DevicePath{"/dev/vg-aoe/home"}, "/home"),
                   mount_of(config::BindOf{"/home/www"}, "/srv/www"),
                   mount_of(config::DevicePath{"/dev/mapper/secret"}, "/secret")};
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.4");
  machine.add_aoe("e1.5");
  const std::string activate = "activate vg-aoe";
  machine.answers[activate] = {
      failure("Volume group not found"), failure("Volume group not found"), {true, 0, "active", {}, 0, 0}};
  machine.at(milliseconds(1000), [&] { machine.add_aoe("e2.0"), machine.add_aoe("e2.0p1"); });
  machine.at(milliseconds(2000), [&] {
    machine.add_layer("md127", {"etherd!e1.0", "etherd!e2.0p1"});
    machine.add_layer("dm-0", {"etherd!e1.4"}).mapped_name = "secret";
  });
  machine.at(milliseconds(3000), [&] {
    machine.add_layer("dm-1", {"md127"}).mapped_name = "vg--aoe-home";
    machine.links["/dev/vg-aoe/home"] = "/dev/dm-1";
  });
  EXPECT_TRUE(up()) << log.text;
  EXPECT_EQ(
      machine.asked,
      (Asked{"use []", activate, "cryptsetup open --batch-mode --key-file /etc/key /dev/etherd/e1.4 secret",
             "swapon /dev/etherd/e1.5 5", "mdadm --assemble /dev/md/aoe /dev/etherd/e1.0 /dev/etherd/e2.0p1",
             activate, activate, "attach /dev/mapper/secret /secret", "attach /dev/mapper/vg--aoe-home /home",
             "attach /home/www /srv/www"}))
      << log.text;
  EXPECT_NE(log.text.find("+ 7 of 7 in place\n"), std::string::npos) << log.text;
}

TEST_F(Up, AMountNamesTheDisksBeneathForTheDriverToGetToKnow) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.add_layer("md127", {"etherd!e1.0", "etherd!e1.1"});
  machine.add_layer("dm-0", {"md127"}).mapped_name = "vg-home";
  client.mounts = {mount_of(config::DevicePath{"/dev/mapper/vg-home"}, "/home")};
  EXPECT_TRUE(up());
  const auto* attach = std::get_if<aoe_mount::Attach>(&machine.last_work());
  ASSERT_NE(attach, nullptr);
  EXPECT_EQ(attach->disks, (Asked{"/dev/etherd/e1.0", "/dev/etherd/e1.1"}));
}

TEST_F(Up, FindsADeviceByItsPathWithAndWithoutUdev) {
  machine.add_layer("dm-0", {}).mapped_name = "vg-a";
  machine.add_layer("dm-1", {}).mapped_name = "vg-b";
  machine.links = {{"/dev/vg/a", "/dev/dm-0"}, {"/dev/vg/b", "/dev/mapper/vg-b"}};
  client.mounts = {mount_of(config::DevicePath{"/dev/vg/a"}, "/a"),
                   mount_of(config::DevicePath{"/dev/vg/b"}, "/b")};
  EXPECT_TRUE(up()) << log.text;
  EXPECT_EQ(machine.asked, (Asked{"use []", "attach /dev/mapper/vg-a /a", "attach /dev/mapper/vg-b /b"}));
}

TEST_F(Up, AnArrayStartsWithoutAMissingMemberOnlyWhereThatIsAllowed) {
  config::Array array;
  array.path = "/dev/md/aoe";
  array.members = {e(1, 0), e(2, 0)};
  array.wait = milliseconds(2000);
  client.arrays = {array};
  machine.add_aoe("e1.0");
  EXPECT_FALSE(up());
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "  asking all interfaces for targets\n"
            "  waiting for e1.0, e2.0\n"
            "! array /dev/md/aoe: e2.0 did not appear within 2 s\n"
            "! 0 of 1 in place; failed: array /dev/md/aoe\n");
  client.arrays[0].degraded = true;
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "mdadm --assemble --run /dev/md/aoe /dev/etherd/e1.0"}));
}

// mdadm.conf knows the members, so each device may be one.
TEST_F(Up, AnArrayWithoutListedMembersStartsDegradedOnlyWhereAndWhenThatIsAllowed) {
  config::Array array;
  array.path = "/dev/md/aoe";
  array.wait = milliseconds(20'000);
  client.arrays = {array};
  const std::string assemble = "mdadm --assemble --scan --no-degraded /dev/md/aoe";
  machine.answers[assemble] = {failure("assembled from 1 drive - need all 2 to start")};
  machine.add_aoe("e1.3");
  machine.at(milliseconds(4000), [&] { machine.add_aoe("e1.4"); });
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", assemble, assemble, assemble}))
      << "with each disk, and at the end";
  EXPECT_NE(log.text.find("! array /dev/md/aoe: assembled from 1 drive - need all 2 to start\n"),
            std::string::npos)
      << log.text;
  client.arrays[0].degraded = true;
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", assemble, "mdadm --assemble --scan --run /dev/md/aoe"}));
}

TEST_F(Up, ADegradedArrayIsReportedAndMakesItPartial) {
  config::Array array;
  array.path = "/dev/md/aoe";
  client.arrays = {array};
  machine.add_aoe("e1.3");
  machine.add_layer("md127", {"etherd!e1.3"}).missing_members = 1;
  machine.links["/dev/md/aoe"] = "/dev/md127";
  EXPECT_TRUE(up());
  EXPECT_EQ(reached, Completeness::partial);
  EXPECT_NE(log.text.find("? array /dev/md/aoe is degraded: 1 of its members missing or not in step\n"),
            std::string::npos)
      << log.text;
}

// One volume says nothing of the others.
TEST_F(Up, AVolumeGroupIsTriedUntilItIsWhole) {
  config::VolumeGroup group;
  group.name = "vg";
  group.wait = milliseconds(25'000);
  client.volume_groups = {group};
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1").state = "down";
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-half";
  machine.answers["activate vg"] = {failure("volume group vg lacks 1 of its disks"),
                                    {true, 0, "active", {}, 0, 0}};
  machine.at(milliseconds(4000), [&] { machine.world.devices[1].state = "up"; });
  EXPECT_TRUE(up()) << log.text;
  EXPECT_EQ(machine.asked, (Asked{"use []", "activate vg", "activate vg"}));
  EXPECT_NE(log.text.find("+ volume group vg: active\n"), std::string::npos) << log.text;
}

TEST_F(Up, AVolumeGroupThatStaysIncompleteFailsWithTheReason) {
  config::VolumeGroup group;
  group.name = "vg";
  group.wait = milliseconds(5'000);
  client.volume_groups = {group};
  machine.add_aoe("e1.0");
  machine.answers["activate vg"] = {failure("volume group vg lacks 1 of its disks")};
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "activate vg", "activate vg"})) << "once more at the end";
  EXPECT_NE(log.text.find("! volume group vg: volume group vg lacks 1 of its disks\n"), std::string::npos)
      << log.text;
}

TEST_F(Up, ABindOfAMissingMountIsNotMade) {
  client.mounts = {mount_of(e(7, 7), "/data", milliseconds(1000)),
                   mount_of(config::BindOf{"/data/www"}, "/srv/www")};
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /srv/www: /data, which it shows, is not mounted\n"), std::string::npos)
      << log.text;
  EXPECT_EQ(machine.asked, Asked{"use []"});
}

TEST_F(Up, WhatAKilledRunLeftAtWorkIsWaitedFor) {
  machine.add_aoe("e1.0");
  client.mounts = {mount_of(e(1, 0), "/mnt/data", milliseconds(5000))};
  aoe_mount::Outcome busy = failure("fsck.ext4 could not check /dev/etherd/e1.0 (exit status 8): is in use");
  busy.code = EBUSY;
  machine.answers["attach /dev/etherd/e1.0 /mnt/data"] = {busy};
  machine.at(milliseconds(2000), [this] { machine.add_mount("/dev/etherd/e1.0", "/mnt/data"); });
  EXPECT_TRUE(up());
  EXPECT_NE(log.text.find("+ /mnt/data: e1.0 is mounted already\n"), std::string::npos) << log.text;
}

TEST_F(Up, AfterADownThatWasKilledTheDriverIsAsPatientAsBefore) {
  machine.changed.deadsecs = "180";
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"be patient again", "use []"}));
}

TEST_F(Up, WhatStaysBusyFailsWithItsReasonWhenItsTimeIsOver) {
  machine.add_aoe("e1.0");
  client.mounts = {mount_of(e(1, 0), "/mnt/data", milliseconds(5000))};
  aoe_mount::Outcome busy = failure("cannot mount /dev/etherd/e1.0 on /mnt/data: is busy");
  busy.code = EBUSY;
  machine.answers["attach /dev/etherd/e1.0 /mnt/data"] = {busy};
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /mnt/data: cannot mount /dev/etherd/e1.0 on /mnt/data: is busy\n"),
            std::string::npos)
      << log.text;
  EXPECT_EQ(machine.time, milliseconds(5000));
}

// Only the disk can say if such an entry of /etc/fstab is ours.
TEST_F(Up, WhatIsPerhapsOursIsMountedWhenItIsOnAoe) {
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/home"), mount_of(config::PartUuid{"1a2b-01"}, "/part"),
                   mount_of(config::DevicePath{"/dev/vg/a"}, "/a")};
  for (config::Mount& mount : client.mounts) mount.only_if_on_aoe = true;
  machine.links["/dev/vg/a"] = "/dev/dm-0";
  machine.at(milliseconds(2000), [&] {
    machine.add_aoe("e1.0");
    machine.add_aoe("e1.0p1");
    machine.signatures["/dev/etherd/e1.0p1"] = {"ext4", "", "", "", "1A2B-01", ""};
  });
  machine.at(milliseconds(4500), [&] {  // a while after that
    machine.signatures["/dev/etherd/e1.1"] = {"ext4", "66dd", "", "", "", ""};
    machine.add_aoe("e1.1");
    machine.add_aoe("e1.2");
    machine.add_layer("dm-0", {"etherd!e1.2"}).mapped_name = "vg-a";
  });
  EXPECT_TRUE(up());
  EXPECT_NE(log.text.find("+ 3 of 3 mounted\n"), std::string::npos) << log.text;
  EXPECT_LT(machine.time, milliseconds(6000));
}

TEST_F(Up, WhatIsPerhapsOursAndNeverOnAoeFailsNothingAndDelaysNobody) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"sda"}).mapped_name = "vg-local";
  machine.add_layer("sda", {});
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/iscsi"),
                   mount_of(config::DevicePath{"/dev/mapper/vg-local"}, "/local"),
                   mount_of(e(1, 0), "/iscsi/inside")};
  client.mounts[0].only_if_on_aoe = client.mounts[1].only_if_on_aoe = true;
  EXPECT_TRUE(up());
  EXPECT_EQ(
      log.text,
      "+ the driver aoe is there\n"
      "  asking all interfaces for targets\n"
      "  waiting for e1.0\n"
      "  /iscsi: no AoE device with UUID 66dd appeared: left to the service that mounts the rest of "
      "/etc/fstab\n"
      "  /iscsi/inside: e1.0 is there (1.0 GiB), checking and mounting\n"
      "+ /iscsi/inside: e1.0 is mounted (done)\n"
      "  /local: /dev/mapper/vg-local is not on AoE: left to the service that mounts the rest of /etc/fstab\n"
      "+ 1 of 1 mounted\n");
  EXPECT_LT(machine.time, milliseconds(3500));
}

TEST_F(Up, WhatIsPerhapsOursIsWaitedForAsLongAsTheRest) {
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/home"), mount_of(e(7, 7), "/never")};
  client.mounts[0].only_if_on_aoe = true;
  machine.signatures["/dev/etherd/e1.0"] = {"ext4", "66dd", "", "", "", ""};
  machine.at(milliseconds(20'000), [&] { machine.add_aoe("e1.0"); });
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! 1 of 2 mounted; failed: /never\n"), std::string::npos) << log.text;
}

TEST_F(Up, WhatTurnsOutToBeOursCountsWhenItFails) {
  machine.add_aoe("e1.0");
  machine.signatures["/dev/etherd/e1.0"] = {"ext4", "66dd", "", "", "", ""};
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/home")};
  client.mounts[0].only_if_on_aoe = true;
  machine.answers["attach /dev/etherd/e1.0 /home"] = {failure("fsck.ext4 found errors")};
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /home: fsck.ext4 found errors\n"), std::string::npos) << log.text;
}

TEST_F(Up, NothingOfOursIsNothingToReport) {
  client.mounts = {mount_of(config::FsUuid{"66dd"}, "/iscsi")};
  client.mounts[0].only_if_on_aoe = true;
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.time, milliseconds(3000));
}

TEST_F(Up, ATargetThatGoesSilentDuringItsMountHoldsUpNobodyForMinutes) {
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.1");
  machine.dead = {"etherd!e1.0"};
  client.mounts = {mount_of(e(1, 0), "/dead", milliseconds(20'000)), mount_of(e(1, 1), "/live")};
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "attach /dev/etherd/e1.0 /dead", "attach /dev/etherd/e1.1 /live",
                                  "abandon attach /dev/etherd/e1.0 /dead"}));
  EXPECT_NE(log.text.find("! /dead: e1.0 has not answered for 20 s\n! 1 of 2 mounted; failed: /dead\n"),
            std::string::npos)
      << log.text;
  EXPECT_LE(machine.time, milliseconds(22'000));
}

TEST_F(Up, ACheckThatTakesLongerThanTheWaitIsWaitedForAsLongAsTheTargetAnswers) {
  machine.add_aoe("e1.0");
  machine.hangs = {"attach /dev/etherd/e1.0 /mnt"};
  client.mounts = {mount_of(e(1, 0), "/mnt", milliseconds(1000))};
  machine.at(milliseconds(300'000), [&] { machine.end_signal = true; });
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /mnt: abandoned: received a signal\n"), std::string::npos) << log.text;
  EXPECT_GE(machine.time, milliseconds(300'000));
}

TEST_F(Up, ToldToEndItWaitsForNothingAndLeavesNoWorkThatWouldMount) {
  machine.add_aoe("e1.0");
  machine.hangs = {"attach /dev/etherd/e1.0 /mnt"};
  client.mounts = {mount_of(e(1, 0), "/mnt"), mount_of(e(7, 7), "/never")};
  machine.at(milliseconds(5000), [&] { machine.end_signal = true; });
  EXPECT_FALSE(up());
  EXPECT_EQ(machine.asked.back(), "abandon attach /dev/etherd/e1.0 /mnt");
  EXPECT_TRUE(
      log.text.ends_with("! /mnt: abandoned: received a signal\n"
                         "! /never: stopped waiting: received a signal\n"
                         "! 0 of 2 mounted; failed: /mnt, /never\n"))
      << log.text;
  EXPECT_EQ(machine.time, milliseconds(5000));
}

TEST_F(Up, WhatIsOnAFailedEncryptedDeviceFailsWithIt) {
  machine.add_aoe("e1.0");
  client.encrypted = {secret_on(e(1, 0), "/etc/key", milliseconds(15'000))};
  client.mounts = {mount_of(config::DevicePath{"/dev/mapper/secret"}, "/mnt/data", milliseconds(15'000))};
  machine.answers["cryptsetup open --batch-mode --key-file /etc/key /dev/etherd/e1.0 secret"] = {
      failure("No key available with this passphrase.")};
  EXPECT_FALSE(up());
  EXPECT_TRUE(
      log.text.ends_with("! /dev/mapper/secret: No key available with this passphrase.\n"
                         "! /mnt/data: /dev/mapper/secret, which it is on, is not open\n"
                         "! 0 of 2 in place; failed: /dev/mapper/secret, /mnt/data\n"))
      << log.text;
  EXPECT_LE(machine.time, milliseconds(1000));
}

// Its volumes have two names, and device-mapper's doubles hyphens.
TEST_F(Up, WhatIsOnAFailedVolumeGroupFailsWithIt) {
  machine.add_aoe("e1.0");
  config::VolumeGroup group;
  group.name = "my-vg";
  group.wait = milliseconds(5'000);
  client.volume_groups = {group};
  client.mounts = {mount_of(config::DevicePath{"/dev/my-vg/data"}, "/mnt/a", milliseconds(60'000)),
                   mount_of(config::DevicePath{"/dev/mapper/my--vg-home"}, "/mnt/b", milliseconds(60'000))};
  machine.answers["activate my-vg"] = {failure("volume group my-vg lacks 1 of its disks")};
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /mnt/a: volume group my-vg, which it is on, is not active\n"
                          "! /mnt/b: volume group my-vg, which it is on, is not active\n"),
            std::string::npos)
      << log.text;
  EXPECT_LE(machine.time, milliseconds(6000));
}

TEST_F(Up, AKeyOnAnotherMountIsWaitedFor) {
  machine.add_aoe("e1.0");
  machine.at(milliseconds(2000), [&] { machine.add_aoe("e1.1"); });
  client.encrypted = {secret_on(e(1, 0), "/keys/secret", milliseconds(15'000))};
  client.mounts = {mount_of(e(1, 1), "/keys", milliseconds(15'000))};
  EXPECT_TRUE(up());
  EXPECT_EQ(machine.asked, (Asked{"use []", "attach /dev/etherd/e1.1 /keys",
                                  "cryptsetup open --batch-mode --key-file /keys/secret /dev/etherd/e1.0 "
                                  "secret"}));
  client.mounts = {mount_of(e(7, 7), "/keys", milliseconds(3'000))};
  machine.world.mounts.clear();
  EXPECT_FALSE(up());
  EXPECT_NE(log.text.find("! /dev/mapper/secret: /keys, which has its key, is not mounted\n"),
            std::string::npos)
      << log.text;
}
