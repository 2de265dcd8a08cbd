#include "aoe_mount/work/mount_users.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

using testing::ElementsAre;

namespace {

namespace fs = std::filesystem;

struct MountUsers : testing::Test {
  fs::path proc = fs::path(testing::TempDir()) / "mount_users_XXXXXX";

  MountUsers() {
    std::string name = proc.string();
    proc = ::mkdtemp(name.data());
    process(1, 0, "/", "mnt:[1]");
    process(40, 1, "/mnt", "mnt:[1]");  // a shell that shuts the machine down
    process(41, 40, "/", "mnt:[1]");
    process(42, 1, "/mnt/deep", "mnt:[1]");
    process(43, 1, "/mnt", "mnt:[2]");
    process(44, 1, "/mnt2", "mnt:[1]");
  }
  ~MountUsers() override { fs::remove_all(proc); }

  void process(int pid, int parent, const std::string& directory, const std::string& space) {
    const fs::path folder = proc / std::to_string(pid);
    fs::create_directories(folder / "ns");
    fs::create_symlink(space, folder / "ns" / "mnt");
    fs::create_symlink(directory, folder / "cwd");
    std::ofstream(folder / "status") << "Name:\tx\nPPid:\t" << parent << '\n';
  }
};

}  // namespace

TEST_F(MountUsers, WhoShutsTheMachineDownIsSpared) {
  EXPECT_THAT(aoe_mount::processes_to_end(proc, {"/mnt", 0, false}, 41), ElementsAre(42));
}

// The same path means something else there.
TEST_F(MountUsers, AreLookedForInTheirMountNamespaceOnly) {
  EXPECT_THAT(aoe_mount::processes_to_end(proc, {"/mnt", 43, false}, 41), ElementsAre(43));
}
