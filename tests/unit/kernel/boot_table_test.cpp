#include "kernel/boot_table.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace {

namespace fs = std::filesystem;

using Table = std::vector<std::uint8_t>;

// As iPXE makes it for e258.3 and the interface 52:54:00:a0:e0:01; spoils one byte, then mends the sum or
// not.
Table table_of_ipxe() {
  Table table = {'a', 'B', 'F', 'T', 46, 0, 0, 0, 1,    0,    'F', 'E',  'N',  'S', 'Y', 'S',
                 'i', 'P', 'X', 'E', 0,  0, 0, 0, 0,    0,    0,   0,    0,    0,   0,   0,
                 0,   0,   0,   0,   2,  1, 3, 0, 0x52, 0x54, 0,   0xa0, 0xe0, 1};
  return table;
}

void mend_sum(Table& table) {
  table[9] = 0;
  table[9] = static_cast<std::uint8_t>(-std::accumulate(table.begin(), table.end(), 0));
}

base::Bytes bytes_of(const Table& table) {
  return std::as_bytes(std::span(table));
}

std::string read(const Table& table) {
  const auto found = kernel::read_boot_table(bytes_of(table));
  return found ? found->text() : "none";
}

std::string read_with(std::size_t at, std::uint8_t value) {
  Table table = table_of_ipxe();
  table[at] = value;
  mend_sum(table);
  return read(table);
}

struct FindBootTable : testing::Test {
  fs::path tree = fs::path(testing::TempDir()) / "boot_table_XXXXXX";
  kernel::SystemPaths paths;
  Table table = table_of_ipxe();

  FindBootTable() {
    std::string name = tree.string();
    tree = ::mkdtemp(name.data());
    paths.sysfs = tree / "sys";
    paths.dev = tree / "dev";
    fs::create_directories(paths.sysfs / "firmware/acpi/tables");
    fs::create_directories(paths.dev);
    mend_sum(table);
  }
  ~FindBootTable() override { fs::remove_all(tree); }

  void write(const fs::path& file, const Table& content, std::streamoff at = 0) {
    std::ofstream out(file, std::ios::binary | std::ios::ate);
    out.seekp(at);
    out.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  }
  std::string find() {
    const auto found = kernel::find_boot_table(paths);
    return found ? found->text() : found.error().message;
  }
};

}  // namespace

TEST(BootTable, SaysWhichDiskAndByWhichInterface) {
  Table table = table_of_ipxe();
  mend_sum(table);
  EXPECT_EQ(read(table), "e258.3 52:54:00:a0:e0:01");
}

TEST(BootTable, OneThatIsCutShortOrSpoiltIsNone) {
  Table table = table_of_ipxe();
  mend_sum(table);
  for (std::size_t length = 0; length < table.size(); ++length) {
    EXPECT_EQ(read(Table(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(length))), "none")
        << length;
  }
  for (std::size_t at = 0; at < table.size(); ++at) {
    Table spoilt = table;
    ++spoilt[at];
    EXPECT_EQ(read(spoilt), "none") << at;
  }
}

TEST(BootTable, ALengthThatLiesIsNone) {
  EXPECT_EQ(read_with(4, 45), "none") << "shorter than its own fields";
  EXPECT_EQ(read_with(4, 47), "none") << "longer than what is there";
  EXPECT_EQ(read_with(7, 255), "none") << "4 GiB";
}

TEST(BootTable, NonsenseIsNone) {
  EXPECT_EQ(read_with(0, 'i'), "none") << "another table";
  EXPECT_EQ(read_with(38, 255), "none") << "all slots";
  EXPECT_EQ(read_with(40, 0x53), "none") << "a group address";
  Table table = table_of_ipxe();
  table[36] = table[37] = 0xff;  // all shelves
  mend_sum(table);
  EXPECT_EQ(read(table), "none");
  table = table_of_ipxe();
  std::fill(table.end() - 6, table.end(), std::uint8_t{0});
  mend_sum(table);
  EXPECT_EQ(read(table), "none") << "no address at all";
}

TEST(BootTable, IsFoundInMemoryAtMultiplesOf16) {
  Table table = table_of_ipxe();
  mend_sum(table);
  for (const std::size_t at : {0U, 16U, 4096U - 16U, 8192U - 48U, 8192U - 46U, 20U}) {
    Table memory(8192);
    std::copy(table.begin(), table.end(), memory.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(kernel::search_boot_table(bytes_of(memory)).has_value(), at % 16 == 0) << at;
  }
  Table memory(8192);
  std::copy_n(table.begin(), 16, memory.end() - 16);
  EXPECT_FALSE(kernel::search_boot_table(bytes_of(memory))) << "its end is not there";
}

TEST_F(FindBootTable, AmongTheKernelsTables) {
  write(paths.sysfs / "firmware/acpi/tables/aBFT", table);
  EXPECT_EQ(find(), "e258.3 52:54:00:a0:e0:01");
}

TEST_F(FindBootTable, InTheMemoryThatABiosLeavesItIn) {
  write(paths.dev / "mem", table, 0x9d3e0);
  EXPECT_EQ(find(), "e258.3 52:54:00:a0:e0:01");
  write(paths.dev / "mem", table, 0x7fff0);
  EXPECT_EQ(find(),
            "no AoE boot firmware table (aBFT): this machine was not started by iPXE from an AoE disk");
}

TEST_F(FindBootTable, SaysWhereItCouldNotLook) {
  EXPECT_EQ(find(), "no AoE boot firmware table (aBFT) in " +
                        (paths.sysfs / "firmware/acpi/tables").string() + ", and cannot look for one in " +
                        (paths.dev / "mem").string() + ": No such file or directory");
}
