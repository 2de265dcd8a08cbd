#include "kernel/processes.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct Processes : testing::Test {
  const fs::path proc = fs::path(testing::TempDir()) / ("processes-" + std::to_string(::getpid()));

  ~Processes() override { fs::remove_all(proc); }
  void put(const fs::path& file, const std::string& text) {
    fs::create_directories((proc / file).parent_path());
    std::ofstream(proc / file, std::ios::binary) << text;
  }
};

}  // namespace

TEST_F(Processes, AreReadFromProc) {
  using namespace std::literals;
  put("12/comm", "vblade\n");
  put("12/cmdline", "vblade\0001\0000\0eth0\0/srv/my disk\0"s);
  put("12/status", "Name:\tvblade\nState:\tS (sleeping)\nPPid:\t7\nPPidX:\t8\n");
  put("7/comm", "sh\n");
  put("self/comm", "x\n");
  EXPECT_EQ(kernel::process_ids(proc), (std::vector<std::uint64_t>{7, 12}));
  EXPECT_EQ(kernel::process_name(proc, 12), "vblade");
  EXPECT_EQ(kernel::process_words(proc, 12),
            (std::vector<std::string>{"vblade", "1", "0", "eth0", "/srv/my disk"}));
  EXPECT_EQ(kernel::process_status(proc, 12, "State"), "S (sleeping)");
  EXPECT_EQ(kernel::process_status(proc, 12, "PPid"), "7");
  EXPECT_EQ(kernel::process_status(proc, 12, "Pid"), "");
}

TEST_F(Processes, ThatHaveEndedAreEmpty) {
  EXPECT_TRUE(kernel::process_ids(proc).empty());
  EXPECT_EQ(kernel::process_name(proc, 4711), "");
  EXPECT_TRUE(kernel::process_words(proc, 4711).empty());
  EXPECT_EQ(kernel::process_status(proc, 4711, "State"), "");
}
