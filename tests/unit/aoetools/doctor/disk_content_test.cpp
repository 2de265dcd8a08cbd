#include "aoetools/doctor/disk_content.h"

#include <cstring>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

using aoetools::content_of;
using aoetools::DiskContent;
using aoetools::kContentBytes;

std::vector<std::byte> disk_with(std::size_t offset, std::string_view magic) {
  std::vector<std::byte> disk(kContentBytes);
  std::memcpy(disk.data() + offset, magic.data(), magic.size());
  return disk;
}

TEST(DiskContent, KnowsTablesAndFileSystemsByTheirMarks) {
  EXPECT_EQ(content_of(disk_with(512, "EFI PART")).name, "a GPT partition table");
  EXPECT_EQ(content_of(disk_with(510, "\x55\xaa")).kind, DiskContent::Kind::table);
  EXPECT_EQ(content_of(disk_with(1080, "\x53\xef")).name, "an ext file system");
  EXPECT_EQ(content_of(disk_with(0, "XFSB")).name, "an XFS file system");
  EXPECT_EQ(content_of(disk_with(65600, "_BHRfS_M")).name, "a btrfs file system");
  EXPECT_EQ(content_of(disk_with(4086, "SWAPSPACE2")).kind, DiskContent::Kind::filesystem);
}

TEST(DiskContent, AFatFileSystemIsNoPartitionTableThoughItCarriesItsMark) {
  auto disk = disk_with(82, "FAT32   ");
  std::memcpy(disk.data() + 510, "\x55\xaa", 2);
  EXPECT_EQ(content_of(disk).name, "a FAT file system");
}

TEST(DiskContent, EmptyAndUnknownAreToldApart) {
  EXPECT_EQ(content_of(disk_with(0, "")).kind, DiskContent::Kind::empty);
  EXPECT_EQ(content_of(disk_with(0, "hello")).kind, DiskContent::Kind::unknown);
}

TEST(DiskContent, NeverLooksBehindTheEndOfASmallDisk) {
  for (const int bytes : {0, 1, 511, 512, 1081, 4095}) {
    const std::vector<std::byte> disk(static_cast<std::size_t>(bytes));
    EXPECT_EQ(content_of(disk).kind, DiskContent::Kind::empty) << bytes;
  }
}

}  // namespace
