#include "kernel/mounts.h"

#include "kernel/swaps.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct KernelTable : testing::Test {
  const fs::path file = fs::path(testing::TempDir()) / ("table-" + std::to_string(::getpid()));

  ~KernelTable() override { fs::remove(file); }
  void put(const std::string& text) { std::ofstream(file) << text; }
};

using Mounts = KernelTable;
using Swaps = KernelTable;

}  // namespace

TEST_F(Mounts, AreReadAsTheKernelWritesThem) {
  put("36 35 152:17 /sub /mnt/my\\040data rw,noatime shared:1 master:2 - ext4 /dev/etherd/e1.0p1 rw\n"
      "37 36 0:45 / /mnt/back\\134slash rw - btrfs /dev/etherd/e1.1 rw,subvol=/a - b\n"
      "38 36 0:46 / /mnt/of-nothing rw - tmpfs  rw\n");
  const auto mounts = kernel::read_mounts(file);
  ASSERT_EQ(mounts.size(), 3U);
  EXPECT_EQ(mounts[0].id, 36);
  EXPECT_EQ(mounts[0].parent, 35);
  EXPECT_EQ(mounts[0].number, "152:17");
  EXPECT_EQ(mounts[0].target, "/mnt/my data");
  EXPECT_EQ(mounts[0].type, "ext4");
  EXPECT_EQ(mounts[0].source, "/dev/etherd/e1.0p1");
  EXPECT_EQ(mounts[1].target, "/mnt/back\\slash");
  EXPECT_EQ(mounts[1].type, "btrfs");
  EXPECT_EQ(mounts[2].source, "");
}

TEST_F(Mounts, LinesThatAreCutShortAreLeftOut) {
  const std::string line = "36 35 152:17 / /mnt rw - ext4 /dev/etherd/e1.0p1";
  for (std::size_t length = 0; length < line.size(); ++length) {
    put(line.substr(0, length));
    const auto mounts = kernel::read_mounts(file);
    EXPECT_EQ(mounts.size(), length > line.rfind(' ') ? 1U : 0U) << length;
  }
  put("one 35 152:17 / /mnt rw - ext4 none\n\n- - - - - - - - -\n");
  EXPECT_TRUE(kernel::read_mounts(file).empty());
  EXPECT_TRUE(kernel::read_mounts(file / "missing").empty());
}

TEST_F(Mounts, OnlyWhatIsThreeOctalDigitsIsUnescaped) {
  EXPECT_EQ(kernel::unescaped("a\\040b\\011c"), "a b\tc");
  EXPECT_EQ(kernel::unescaped("\\04"), "\\04");
  EXPECT_EQ(kernel::unescaped("\\048\\"), "\\048\\");
}

TEST_F(Swaps, AreDevicesAndFilesInBytes) {
  put("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
      "/dev/dm-0                               partition\t1020\t\t8\t\t-2\n"
      "/mnt/my\\040data/swap                    file\t\t2044\t\t0\t\t-3\n"
      "/cut\n");
  const auto swaps = kernel::read_swaps(file);
  ASSERT_EQ(swaps.size(), 2U);
  EXPECT_EQ(swaps[0].path, "/dev/dm-0");
  EXPECT_EQ(swaps[0].bytes, 1020U * 1024);
  EXPECT_EQ(swaps[0].used_bytes, 8U * 1024);
  EXPECT_EQ(swaps[1].path, "/mnt/my data/swap");
}
