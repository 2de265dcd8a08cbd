#include "aoe_mount/wanted/fstab.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace {

using std::chrono::milliseconds;

struct Fstab : testing::Test {
  std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("fstab_test." + std::to_string(::getpid()));
  config::Client client;
  ~Fstab() override { std::filesystem::remove(file); }

  void add(const std::string& text) {
    std::ofstream(file) << text;
    client.wait = milliseconds(5000);
    aoe_mount::add_fstab(client, file);
  }
};

}  // namespace

TEST_F(Fstab, TakesWhatIsOnAoeAndOfTheNetwork) {
  add("/dev/sda1 / ext4 defaults 0 1\n"
      "/dev/etherd/e1.0p1 /mnt/data ext4 _netdev,noatime,nofail 0 2\n"
      "/dev/etherd/e1.1 /mnt/more auto defaults,_netdev 0 0\n"
      "/dev/etherd/e1.2 /mnt/early ext4 defaults 0 2\n"
      "/dev/etherd/e1.3 /mnt/later ext4 _netdev,noauto 0 2\n"
      "UUID=66dd /mnt/later-too ext4 _netdev,noauto 0 2\n"
      "server:/srv /srv nfs _netdev 0 0\n"
      "/srv /mnt/bound none bind,_netdev 0 0\n");
  ASSERT_EQ(client.mounts.size(), 2u);
  EXPECT_TRUE(client.swaps.empty());
  const config::Mount& data = client.mounts[0];
  EXPECT_EQ(std::get<config::DevicePath>(data.source).path, "/dev/etherd/e1.0p1");
  EXPECT_EQ(data.mountpoint, "/mnt/data");
  EXPECT_EQ(data.type, "ext4");
  EXPECT_EQ(data.options, std::vector<std::string>{"noatime"});
  EXPECT_TRUE(data.fsck);
  EXPECT_FALSE(data.required) << "nofail";
  EXPECT_FALSE(data.only_if_on_aoe);
  EXPECT_EQ(data.wait, milliseconds(5000)) << "the configuration's";
  const config::Mount& more = client.mounts[1];
  EXPECT_EQ(more.type, "");
  EXPECT_TRUE(more.options.empty());
  EXPECT_FALSE(more.fsck);
  EXPECT_TRUE(more.required);
}

TEST_F(Fstab, TakesSwapWithItsPriority) {
  add("/dev/etherd/e1.4 none swap _netdev,pri=5 0 0\n"
      "UUID=77ee none swap _netdev,nofail 0 0\n"
      "/dev/sda2 none swap sw 0 0\n");
  ASSERT_EQ(client.swaps.size(), 2u);
  EXPECT_EQ(config::source_text(client.swaps[0].source), "/dev/etherd/e1.4");
  EXPECT_EQ(client.swaps[0].priority, 5u);
  EXPECT_TRUE(client.swaps[0].required);
  EXPECT_FALSE(client.swaps[0].only_if_on_aoe);
  EXPECT_EQ(config::source_text(client.swaps[1].source), "UUID 77ee");
  EXPECT_FALSE(client.swaps[1].priority);
  EXPECT_FALSE(client.swaps[1].required);
  EXPECT_TRUE(client.swaps[1].only_if_on_aoe);
}

// As UUIDs of iSCSI disks look the same.
TEST_F(Fstab, OtherNamesOfDevicesArePerhapsOurs) {
  add("UUID=66dd /a ext4 _netdev 0 2\n"
      "LABEL=\"two\\040words\" /b ext4 _netdev 0 2\n"
      "PARTUUID=1a2b-01 /c ext4 _netdev 0 2\n"
      "PARTLABEL=data /d ext4 _netdev 0 2\n"
      "/dev/disk/by-uuid/66dd /e ext4 _netdev 0 2\n"
      "/dev/disk/by-label/two\\x20words /f ext4 _netdev 0 2\n"
      "/dev/disk/by-partuuid/1a2b-01 /g ext4 _netdev 0 2\n"
      "/dev/disk/by-partlabel/data /h ext4 _netdev 0 2\n"
      "/dev/disk/by-path/ip-10.0.0.1 /i ext4 _netdev 0 2\n"
      "/dev/vg/home /j ext4 _netdev 0 2\n");
  std::string all;
  for (const config::Mount& mount : client.mounts) {
    EXPECT_TRUE(mount.only_if_on_aoe) << mount.mountpoint;
    all += mount.mountpoint.string() + " " + config::source_text(mount.source) + "\n";
  }
  EXPECT_EQ(all,
            "/a UUID 66dd\n/b label two words\n/c PARTUUID 1a2b-01\n/d PARTLABEL data\n"
            "/e UUID 66dd\n/f label two words\n/g PARTUUID 1a2b-01\n/h PARTLABEL data\n"
            "/i /dev/disk/by-path/ip-10.0.0.1\n/j /dev/vg/home\n");
}

TEST_F(Fstab, WhatTheConfigurationBringsUpIsSurelyOurs) {
  client.arrays.emplace_back().path = "/dev/md/aoe";
  client.volume_groups.emplace_back().name = "vg-aoe";
  client.encrypted.emplace_back().name = "secret";
  add("/dev/md/aoe /a ext4 _netdev 0 2\n"
      "/dev/vg-aoe/home /b ext4 _netdev 0 2\n"
      "/dev/mapper/vg--aoe-home /c ext4 _netdev 0 2\n"
      "/dev/mapper/secret /d ext4 _netdev 0 2\n"
      "/dev/disk/by-aoe/e1.0 /e ext4 _netdev 0 2\n"
      "/dev/mapper/vg-aoe /f ext4 _netdev 0 2\n");
  std::string unsure;
  for (const config::Mount& mount : client.mounts)
    unsure += mount.only_if_on_aoe ? mount.mountpoint.string() : "";
  EXPECT_EQ(client.mounts.size(), 6u);
  EXPECT_EQ(unsure, "/f");
}

TEST_F(Fstab, WhatTheConfigurationNamesItselfStays) {
  config::Mount own;
  own.mountpoint = "/mnt/data";
  own.type = "xfs";
  client.mounts = {own};
  add("/dev/etherd/e1.0 /mnt/data ext4 _netdev 0 2\n"
      "/dev/etherd/e1.1 /mnt/more ext4 _netdev 0 2\n");
  ASSERT_EQ(client.mounts.size(), 2u);
  EXPECT_EQ(client.mounts[0].type, "xfs");
  EXPECT_EQ(client.mounts[1].mountpoint, "/mnt/more");
}

TEST_F(Fstab, NoFileIsNoMounts) {
  aoe_mount::add_fstab(client, "/nonexistent");
  EXPECT_TRUE(client.mounts.empty());
}
