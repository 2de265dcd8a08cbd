#include "kernel/held_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace fs = std::filesystem;

TEST(HeldFiles, AreThoseBehindLoopDevicesAndSwap) {
  const fs::path root = fs::path(testing::TempDir()) / ("held-" + std::to_string(::getpid()));
  const auto put = [&](const fs::path& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  put("sys/block/loop0/loop/backing_file", "/srv/a disk.img\n");
  put("sys/block/loop0/ro", "1\n");
  put("sys/block/loop1/ro", "0\n");  // not in use
  put("sys/block/sda/ro", "0\n");
  put("proc/swaps", "Filename Type Size Used Priority\n/swap\\040file file 1020 0 -2\n");
  kernel::SystemPaths paths;
  paths.sysfs = root / "sys";
  paths.proc = root / "proc";
  const auto held = kernel::held_files(paths);
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[0].path, "/srv/a disk.img");
  EXPECT_EQ(held[0].release, "losetup -d /dev/loop0");
  EXPECT_TRUE(held[0].read_only);
  EXPECT_EQ(held[1].path, "/swap file");
  EXPECT_EQ(held[1].holder, "swap");
  EXPECT_FALSE(held[1].read_only);
  fs::remove_all(root);
}
