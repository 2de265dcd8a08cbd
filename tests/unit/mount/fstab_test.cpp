#include "mount/fstab.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace {

using std::chrono::milliseconds;

struct Fstab : testing::Test {
  std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("fstab_test." + std::to_string(::getpid()));
  ~Fstab() override { std::filesystem::remove(file); }

  std::vector<config::Mount> mounts(const std::string& text) {
    std::ofstream(file) << text;
    return aoe_mount::fstab_mounts(file, milliseconds(5000));
  }
};

}  // namespace

TEST_F(Fstab, TakesWhatIsOnAoeAndOfTheNetwork) {
  const auto found = mounts(
      "/dev/sda1 / ext4 defaults 0 1\n"
      "/dev/etherd/e1.0p1 /mnt/data ext4 _netdev,noatime,nofail 0 2\n"
      "/dev/etherd/e1.1 /mnt/more auto defaults,_netdev 0 0\n"
      "/dev/etherd/e1.2 /mnt/early ext4 defaults 0 2\n"
      "/dev/etherd/e1.3 /mnt/later ext4 _netdev,noauto 0 2\n"
      "/dev/etherd/e1.4 none swap _netdev 0 0\n"
      "server:/srv /srv nfs _netdev 0 0\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(std::get<config::DevicePath>(found[0].source).path, "/dev/etherd/e1.0p1");
  EXPECT_EQ(found[0].mountpoint, "/mnt/data");
  EXPECT_EQ(found[0].type, "ext4");
  EXPECT_EQ(found[0].options, std::vector<std::string>{"noatime"});
  EXPECT_TRUE(found[0].fsck);
  EXPECT_FALSE(found[0].required) << "nofail";
  EXPECT_EQ(found[0].wait, milliseconds(5000));
  EXPECT_EQ(found[1].type, "");
  EXPECT_TRUE(found[1].options.empty());
  EXPECT_FALSE(found[1].fsck);
  EXPECT_TRUE(found[1].required);
}

TEST_F(Fstab, WhatTheConfigurationNamesItselfStays) {
  config::Client client;
  config::Mount own;
  own.mountpoint = "/mnt/data";
  own.type = "xfs";
  client.mounts = {own};
  aoe_mount::add_fstab(client, mounts("/dev/etherd/e1.0 /mnt/data ext4 _netdev 0 2\n"
                                      "/dev/etherd/e1.1 /mnt/more ext4 _netdev 0 2\n"));
  ASSERT_EQ(client.mounts.size(), 2u);
  EXPECT_EQ(client.mounts[0].type, "xfs");
  EXPECT_EQ(client.mounts[1].mountpoint, "/mnt/more");
}

TEST_F(Fstab, NoFileIsNoMounts) {
  EXPECT_TRUE(aoe_mount::fstab_mounts("/nonexistent", milliseconds(1)).empty());
}
