#include "kernel/snapshot.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace {

namespace fs = std::filesystem;

struct SnapshotTest : testing::Test {
  fs::path tree = fs::path(testing::TempDir()) / "snapshot_XXXXXX";
  kernel::SystemPaths paths;

  SnapshotTest() {
    std::string name = tree.string();
    tree = ::mkdtemp(name.data());
    paths.sysfs = tree / "sys";
    paths.proc = tree / "proc";
  }
  ~SnapshotTest() override { fs::remove_all(tree); }

  void put(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  void disk(const std::string& name, const std::string& number) {
    put(paths.sysfs / "block" / name / "dev", number);
  }
  using Names = std::vector<std::string>;
  Names beneath_root() {
    Names names;
    const auto snapshot = kernel::Snapshot::take(paths);
    for (const auto* device : snapshot.beneath_root()) names.push_back(device->name);
    return names;
  }
};

}  // namespace

TEST_F(SnapshotTest, KnowsByWhichInterfacesTheDriverReachesADisk) {
  put(paths.sysfs / "block/etherd!e1.0/netif", "eth0,eth1");
  put(paths.sysfs / "block/etherd!e1.1/netif", "none");
  const auto snapshot = kernel::Snapshot::take(paths);
  EXPECT_EQ(snapshot.device("etherd!e1.0")->interfaces, (Names{"eth0", "eth1"}));
  EXPECT_EQ(snapshot.device("etherd!e1.1")->interfaces, Names{});
}

TEST_F(SnapshotTest, CountsWhatADiskHasAnsweredAndWhatItHasNot) {
  put(paths.sysfs / "block/etherd!e1.0/stat",
      "     100        1      800       12       20        3      160       40        7       50       60    "
      "    "
      "0        0        0        0        5       70");
  const auto snapshot = kernel::Snapshot::take(paths);
  EXPECT_EQ(snapshot.device("etherd!e1.0")->completed, 125u) << "reads, writes, flushes";
  EXPECT_EQ(snapshot.device("etherd!e1.0")->in_flight, 7u);
}

TEST_F(SnapshotTest, KnowsTheTargetsBeneathAStackEachOnce) {
  disk("etherd!e1.0", "152:0");
  disk("etherd!e1.1", "152:16");
  disk("md127", "9:127");
  disk("loop0", "7:0");
  for (const char* leg : {"etherd!e1.0", "etherd!e1.1"})
    fs::create_directories(paths.sysfs / "block/md127/slaves" / leg);
  put(paths.sysfs / "block/loop0/loop/backing_file", "/srv/image");
  fs::create_directories(paths.sysfs / "block/loop0/slaves/etherd!e1.1");
  put(paths.proc / "self/mountinfo", "20 1 9:127 / /srv rw - ext4 /dev/md127 rw");
  const auto snapshot = kernel::Snapshot::take(paths);
  Names names;
  for (const auto* target : snapshot.targets_beneath("loop0")) names.push_back(target->name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (Names{"etherd!e1.0", "etherd!e1.1"}));
  EXPECT_TRUE(snapshot.targets_beneath("sda").empty());
}

TEST_F(SnapshotTest, KnowsWhatTheRootFileSystemStandsOn) {
  disk("sda", "8:0");
  disk("etherd!e1.0", "152:0");
  disk("etherd!e1.1", "152:16");
  disk("loop0", "7:0");
  put(paths.sysfs / "block/loop0/loop/backing_file", "/run/medium/image");
  put(paths.proc / "self/mountinfo",
      "20 1 8:0 / /run/medium rw - ext4 /dev/sda rw\n21 1 7:0 / / rw - ext4 /dev/loop0 rw");
  EXPECT_EQ(beneath_root(), (Names{"loop0", "sda"}));
  EXPECT_FALSE(kernel::Snapshot::take(paths).root_is_on_aoe());
  put(paths.proc / "self/mountinfo",
      "20 1 152:0 / /run/medium rw - ext4 /dev/etherd/e1.0 rw\n21 1 7:0 / / rw - ext4 /dev/loop0 rw");
  EXPECT_EQ(beneath_root(), (Names{"loop0", "etherd!e1.0"}));
  EXPECT_TRUE(kernel::Snapshot::take(paths).root_is_on_aoe());
}

TEST_F(SnapshotTest, KnowsWhatStandsOnADisk) {
  disk("etherd!e1.0", "152:0");
  put(paths.sysfs / "block/etherd!e1.0/etherd!e1.0p10/partition", "10");
  put(paths.sysfs / "block/etherd!e1.0/etherd!e1.0p2/partition", "2");
  put(paths.sysfs / "block/etherd!e1.0/etherd!e1.0p2/dev", "152:2");
  disk("etherd!e1.1", "152:16");
  disk("etherd!e1.2", "152:32");
  disk("dm-0", "253:0");
  put(paths.sysfs / "block/dm-0/dm/name", "vg-swap");
  put(paths.sysfs / "block/dm-0/dm/uuid", "LVM-abc");
  fs::create_directories(paths.sysfs / "block/dm-0/slaves/etherd!e1.0p10");
  disk("loop0", "7:0");
  put(paths.sysfs / "block/loop0/loop/backing_file", "/srv/image");
  put(paths.proc / "self/mountinfo",
      "20 1 152:2 / /mnt rw - ext4 /dev/etherd/e1.0p2 rw\n21 1 0:45 / /srv rw - btrfs /dev/etherd/e1.1 rw");
  put(paths.proc / "swaps",
      "Filename Type Size Used Priority\n/dev/dm-0 partition 4 0 -2\n/srv/swap file 4 0 -3");
  const auto snapshot = kernel::Snapshot::take(paths);
  const auto uses_of = [&](const char* name) { return snapshot.uses_of(*snapshot.device(name)); };
  const auto partitions = snapshot.partitions_of(*snapshot.device("etherd!e1.0"));
  ASSERT_EQ(partitions.size(), 2U);
  EXPECT_EQ(partitions[0]->title(), "e1.0p2");
  EXPECT_EQ(uses_of("etherd!e1.0p2").mounts.at(0)->target, "/mnt");
  EXPECT_EQ(uses_of("etherd!e1.0p10").holders.at(0)->mapped_name, "vg-swap");
  EXPECT_EQ(snapshot.device("dm-0")->technology, "LVM");
  EXPECT_EQ(uses_of("dm-0").swaps.at(0)->path, "/dev/dm-0");
  ASSERT_EQ(uses_of("etherd!e1.1").mounts.size(), 1U) << "btrfs invents a device number";
  const auto files = snapshot.uses_of(*uses_of("etherd!e1.1").mounts.front());
  EXPECT_EQ(files.loops.at(0)->name, "loop0");
  EXPECT_EQ(files.swaps.at(0)->path, "/srv/swap");
  EXPECT_TRUE(uses_of("etherd!e1.0").none()) << "the disk itself";
  EXPECT_TRUE(snapshot.is_used(*snapshot.device("etherd!e1.0"))) << "but its partitions are used";
  EXPECT_FALSE(snapshot.is_used(*snapshot.device("etherd!e1.2")));
}
