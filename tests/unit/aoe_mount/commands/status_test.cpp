#include "aoe_mount/commands/status.h"

#include "tests/fakes/aoe_mount/fake_machine.h"

#include <gtest/gtest.h>

namespace {

struct Status : testing::Test {
  config::Client client;
  tests::FakeMachine machine;

  // "DEVICE PATH STATE MOUNTPOINT TYPE" a line, and whether all is well.
  std::string status() {
    const aoe_mount::Status now = aoe_mount::status_of(client, machine);
    std::string text;
    for (const auto& row : now.rows)
      text += fmt::format("{} {} '{}' {} {}\n", row.device, row.path, row.state, row.mountpoint, row.type);
    switch (now.completeness()) {
      case aoe_mount::Completeness::whole:
        return text + "good";
      case aoe_mount::Completeness::partial:
        return text + "partial";
      case aoe_mount::Completeness::failed:
        break;
    }
    return text + "bad";
  }
};

}  // namespace

TEST_F(Status, AMountByUuidIsFound) {
  machine.add_aoe("e1.0");
  machine.signatures["/dev/etherd/e1.0"] = {"ext4", "66dd", "", ""};
  config::Mount& mount = client.mounts.emplace_back();
  mount.source = config::FsUuid{"66dd"};
  mount.mountpoint = "/mnt/data";
  EXPECT_EQ(status(), "e1.0 /dev/etherd/e1.0 'not mounted' /mnt/data \nbad");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  EXPECT_EQ(status(), "e1.0 /dev/etherd/e1.0 'mounted' /mnt/data ext4\ngood");
}

TEST_F(Status, AMountPointThatIsALinkIsSeenToBeMounted) {
  machine.add_aoe("e1.0");
  machine.links["/data"] = "/mnt/real-data";
  machine.add_mount("/dev/etherd/e1.0", "/mnt/real-data");
  config::Mount& mount = client.mounts.emplace_back();
  mount.source = config::AoeDevice{{1, 0}, std::nullopt};
  mount.mountpoint = "/data";
  EXPECT_EQ(status(), "e1.0 /dev/etherd/e1.0 'mounted' /data ext4\ngood");
}

TEST_F(Status, ADegradedArrayIsPartial) {
  machine.add_aoe("e1.3");
  kernel::BlockDevice& array = machine.add_layer("md127", {"etherd!e1.3"});
  array.missing_members = 1;
  machine.links["/dev/md/aoe"] = "/dev/md127";
  client.arrays.emplace_back().path = "/dev/md/aoe";
  EXPECT_EQ(status(), "/dev/md/aoe /dev/md127 'degraded'  md\npartial");
}

TEST_F(Status, AVolumeGroupIsActiveOnlyIfAllItsVolumesAre) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-half";
  client.volume_groups.emplace_back().name = "vg";
  EXPECT_EQ(status().substr(0, 21), "vg /dev/vg 'active'  ");
  aoe_mount::Outcome incomplete;
  incomplete.text = "not active: data";
  machine.answers["inspect vg"] = {incomplete};
  EXPECT_EQ(status().substr(0, 28), "vg /dev/vg 'partly active'  ");
  EXPECT_TRUE(status().ends_with("bad"));
}

TEST_F(Status, LvmIsNotAskedWhileATargetIsSilent) {
  machine.add_aoe("e1.0");
  machine.add_layer("dm-0", {"etherd!e1.0"}).mapped_name = "vg-home";
  machine.dead = {"etherd!e1.0"};
  client.volume_groups.emplace_back().name = "vg";
  EXPECT_EQ(status().substr(0, 21), "vg /dev/vg 'active'  ");
  EXPECT_EQ(std::count(machine.asked.begin(), machine.asked.end(), "inspect vg"), 0);
  EXPECT_EQ(machine.time, tests::milliseconds(1000));
}

TEST_F(Status, WhatIsMissingAndNotRequiredMakesItPartial) {
  config::Mount& mount = client.mounts.emplace_back();
  mount.source = config::AoeDevice{{1, 0}, std::nullopt};
  mount.mountpoint = "/mnt/data";
  mount.required = false;
  EXPECT_EQ(status(), "e1.0  'missing' /mnt/data \npartial");
}

// A silent file system cannot be asked for its UUID.
TEST_F(Status, ASilentTargetWithAMountByUuidIsCalledSilentAndNotBusy) {
  machine.add_aoe("e1.0");
  machine.add_mount("/dev/etherd/e1.0", "/mnt/data");
  machine.hangs = {"probe /dev/etherd/e1.0"};
  config::Mount& mount = client.mounts.emplace_back();
  mount.source = config::FsUuid{"66dd"};
  mount.mountpoint = "/mnt/data";
  EXPECT_EQ(status(), "UUID 66dd /dev/etherd/e1.0 'silent' /mnt/data ext4\nbad");
  EXPECT_EQ(machine.time, tests::milliseconds(1000));
}

TEST_F(Status, SwapThatNobodyConfiguredIsShown) {
  machine.add_aoe("e1.0");
  machine.add_swap("/dev/etherd/e1.0");
  EXPECT_EQ(status(), "e1.0 /dev/etherd/e1.0 'in use'  swap\ngood");
}
