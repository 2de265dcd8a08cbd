#include "aoetools/top/device_load.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using aoetools::parse_counters;
using aoetools::parse_path_states;

// As the driver 85 of Linux 6.1 writes it.
constexpr std::string_view kText =
    "rttavg: 112 rttdev: 41\nnskbpool: 0\nkicked: 0\nmaxbcnt: 1024\nref: 1\n"
    "falloc: 34\nffree: "
    "00000000d1d0c1ab\n0080c8caff65:3:16:24\n\tssthresh:8\n\ttaint:2\n\tr:70\n\tw:5\n\teth0,eth1\n"
    "falloc: 0\nffree: "
    "0000000000000000\n0080c8caff66:0:1:16\n\tssthresh:8\n\ttaint:0\n\tr:0\n\tw:0\n\teth1\n";

TEST(PathStates, AreReadAsTheDriverWritesThem) {
  const auto states = parse_path_states(kText);
  EXPECT_EQ(states.rtt_us, 112u);
  EXPECT_EQ(states.rtt_deviation_us, 41u);
  EXPECT_EQ(states.retransmit_us(), 2 * 112u + 8 * 41u);
  ASSERT_EQ(states.paths.size(), 2u);
  EXPECT_EQ(states.paths[0].mac, "0080c8caff65");
  EXPECT_EQ(states.paths[0].out, 3u);
  EXPECT_EQ(states.paths[0].window, 16u);
  EXPECT_EQ(states.paths[0].buffers, 24u);
  EXPECT_EQ(states.paths[0].taint, 2u);
  EXPECT_EQ(states.paths[0].frames, 75u);
  EXPECT_EQ(states.paths[0].interfaces, "eth0,eth1");
  EXPECT_EQ(states.paths[1].interfaces, "eth1");
}

TEST(PathStates, WhateverIsCutOffOrStrangeIsLeftOut) {
  for (std::size_t length = 0; length <= kText.size(); ++length) {
    EXPECT_LE(parse_path_states(kText.substr(0, length)).paths.size(), 2u);
  }
  EXPECT_TRUE(
      parse_path_states("0080c8caff6z:1:2:3\n0080c8caff65:1:2\n0080c8caff65:1:2:3:4\n:::\n").paths.empty());
  EXPECT_FALSE(parse_path_states("rttavg: many rttdev: -1\n").rtt_us);
  EXPECT_FALSE(parse_path_states("rttavg: 112 rttdev: -1\n").retransmit_us());
}

TEST(Counters, AreNineNumbersOrNone) {
  const auto counters =
      parse_counters("      10        0      160       2      20   0  320  5 3 1 7 0 0 0 0");
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->reads, 10u);
  EXPECT_EQ(counters->read_sectors, 160u);
  EXPECT_EQ(counters->writes, 20u);
  EXPECT_EQ(counters->written_sectors, 320u);
  EXPECT_EQ(counters->in_flight, 3u);
  EXPECT_FALSE(parse_counters("1 2 3"));
  EXPECT_FALSE(parse_counters("1 2 x 4 5 6 7 8 9"));
}

class LoadWatch : public testing::Test {
 protected:
  LoadWatch() { std::filesystem::create_directories(sysfs_); }
  ~LoadWatch() override { std::filesystem::remove_all(sysfs_); }

  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((sysfs_ / file).parent_path());
    std::ofstream(sysfs_ / file) << text;
  }
  void write_paths(int reads, int writes) {
    write(
        "kernel/debug/aoe/e1.0",
        fmt::format("rttavg: 112 rttdev: 41\n0080c8caff65:3:16:24\n\tr:{}\n\tw:{}\n\teth0\n", reads, writes));
  }

  const std::filesystem::path sysfs_ = testing::TempDir() + "aoe-load-watch-" + std::to_string(::getpid());
  const kernel::AoeDriver driver_{kernel::SystemPaths{.sysfs = sysfs_}};
  aoetools::LoadWatch watch_{driver_};
  std::chrono::steady_clock::time_point now_{};
};

TEST_F(LoadWatch, RatesAreWhatTheCountersMovedBy) {
  write("block/etherd!e1.0/stat", "10 0 160 2 20 0 320 5 3 1 7");
  write_paths(100, 7);
  auto load = watch_.look(now_).at(0);
  EXPECT_EQ(load.reads + load.writes + load.paths.paths.at(0).frame_rate, 0) << "nothing to compare with";
  write("block/etherd!e1.0/stat", "30 0 200 2 20 0 320 5 3 1 7");
  write_paths(108, 9);
  load = watch_.look(now_ += std::chrono::seconds(2)).at(0);
  EXPECT_EQ(load.reads, 10);
  EXPECT_EQ(load.read_bytes, 20 * 512);
  EXPECT_EQ(load.writes, 0);
  EXPECT_EQ(load.paths.paths.at(0).frame_rate, 5);
  write_paths(2, 0);  // the driver has forgotten the target meanwhile, and found it again
  EXPECT_EQ(watch_.look(now_ += std::chrono::seconds(2)).at(0).paths.paths.at(0).frame_rate, 0);
}

}  // namespace
