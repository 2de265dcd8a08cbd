#include "kernel/interface_users.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct InterfaceUsers : testing::Test {
  fs::path root = fs::path(testing::TempDir()) / ("interface-users-" + std::to_string(::getpid()));
  kernel::SystemPaths paths;

  InterfaceUsers() {
    paths.sysfs = root / "sys";
    paths.proc = root / "proc";
  }
  ~InterfaceUsers() override { fs::remove_all(root); }
  void put(const fs::path& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  }
};

}  // namespace

TEST_F(InterfaceUsers, AreFoundInTheKernelsFiles) {
  put("proc/net/packet",
      "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
      "ffff8f3a00000000 3      3    88a2   8     1 0      0      4711\n"
      "ffff8f3a00000001 3      3    0003   7     1 0      0      4712\n");
  EXPECT_EQ(kernel::interface_user(paths, "none0", 7), "");
  EXPECT_EQ(kernel::interface_user(paths, "none0", 8), "a program sends AoE frames on it");
  put("sys/class/net/none0/upper_br0/x", "");
  EXPECT_EQ(kernel::interface_user(paths, "none0", 8), "br0 uses it");
  EXPECT_EQ(kernel::interface_user(paths, "lo", 1), "it has the address 127.0.0.1");
}
