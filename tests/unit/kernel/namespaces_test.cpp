#include "kernel/namespaces.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace {

namespace fs = std::filesystem;

struct Namespaces : testing::Test {
  fs::path proc = fs::path(testing::TempDir()) / "namespaces_XXXXXX";

  Namespaces() {
    std::string name = proc.string();
    proc = ::mkdtemp(name.data());
  }
  ~Namespaces() override { fs::remove_all(proc); }

  void process(const std::string& pid, const std::string& name, const std::string& space,
               const std::string& mounts) {
    fs::create_directories(proc / pid / "ns");
    fs::create_symlink(space, proc / pid / "ns" / "mnt");
    std::ofstream(proc / pid / "comm") << name << '\n';
    std::ofstream(proc / pid / "mountinfo") << mounts;
  }
};

TEST_F(Namespaces, EachIsReadOnceAndOursNever) {
  const std::string mounts = "30 1 152:1 / /mnt/data rw - ext4 /dev/etherd/e1.0p1 rw\n";
  process("self", "aoe-mount", "mnt:[1]", mounts);
  process("900", "init", "mnt:[1]", mounts);
  process("1000", "sleep", "mnt:[2]", mounts);
  process("7", "postgres", "mnt:[2]", mounts);
  process("1001", "bash", "mnt:[3]", "31 1 0:5 / / rw - tmpfs none rw\n");
  fs::create_directories(proc / "4711");  // gone meanwhile
  const auto found = kernel::mounts_elsewhere(proc);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].pid, 7U);
  EXPECT_EQ(found[0].process, "postgres");
  EXPECT_EQ(found[0].entry.target, "/mnt/data");
  EXPECT_EQ(found[0].entry.number, "152:1");
  EXPECT_EQ(found[1].process, "bash");
}

TEST_F(Namespaces, NothingIsFoundWhereOursIsUnknown) {
  process("7", "postgres", "mnt:[2]", "30 1 152:1 / /mnt/data rw - ext4 /dev/etherd/e1.0p1 rw\n");
  EXPECT_TRUE(kernel::mounts_elsewhere(proc).empty());
}

}  // namespace
