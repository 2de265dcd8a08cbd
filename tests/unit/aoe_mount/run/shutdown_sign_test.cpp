#include "aoe_mount/run/shutdown_sign.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct ShutdownSign : testing::Test {
  fs::path proc = fs::path(testing::TempDir()) / ("shutdown-sign-" + std::to_string(::getpid()));

  void SetUp() override { add(1, {"init"}); }
  void TearDown() override { fs::remove_all(proc); }
  void add(int pid, const std::vector<std::string>& words) {
    const fs::path folder = proc / std::to_string(pid);
    fs::create_directories(folder);
    std::ofstream file(folder / "cmdline");
    for (const std::string& word : words) file << word << '\0';
  }
};

}  // namespace

TEST_F(ShutdownSign, AChangeOfRunlevelIsNone) {
  add(700, {"/sbin/openrc"});
  add(701, {"/sbin/openrc", "nonetwork"});
  add(702, {"/sbin/openrc-run", "/etc/init.d/reboot", "stop"});
  add(703, {"vi", "shutdown"});
  EXPECT_FALSE(aoe_mount::openrc_goes_down(proc));
}

TEST_F(ShutdownSign, ShutdownRebootAndSingleAre) {
  for (const char* level : {"shutdown", "reboot", "single"}) {
    add(700, {"/sbin/openrc", level});
    EXPECT_TRUE(aoe_mount::openrc_goes_down(proc)) << level;
  }
  add(700, {"openrc", "--quiet", "shutdown"});
  EXPECT_TRUE(aoe_mount::openrc_goes_down(proc));
}
