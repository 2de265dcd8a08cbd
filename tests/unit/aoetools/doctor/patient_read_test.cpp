#include "aoetools/doctor/patient_read.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using aoetools::read_start;
using std::chrono::milliseconds;

// More than any machine needs for a file.
constexpr milliseconds kLong{60'000};

class PatientRead : public testing::Test {
 protected:
  PatientRead() { std::filesystem::create_directories(disk_.parent_path()); }
  ~PatientRead() override { std::filesystem::remove(disk_); }

  const std::filesystem::path disk_ = testing::TempDir() + "aoe-patient-read-" + std::to_string(::getpid());
};

TEST_F(PatientRead, HandsOutTheBeginning) {
  const std::string content(10'000, 'x');
  std::ofstream(disk_) << content;
  EXPECT_EQ(read_start(disk_, 5000, kLong).bytes, std::vector<std::byte>(5000, std::byte{'x'}));
  EXPECT_EQ(read_start(disk_, 20'000, kLong).bytes, std::vector<std::byte>(10'000, std::byte{'x'}));
  EXPECT_FALSE(read_start(disk_, 20'000, kLong).hangs);
}

TEST_F(PatientRead, WhatCannotBeReadOrIsEmptyHasNoBeginning) {
  EXPECT_FALSE(read_start(disk_, 5000, kLong).bytes);
  EXPECT_FALSE(read_start(disk_, 5000, kLong).hangs);
  std::ofstream(disk_) << "";
  EXPECT_FALSE(read_start(disk_, 5000, kLong).bytes);
  EXPECT_FALSE(read_start(disk_, 5000, kLong).hangs);
}

TEST_F(PatientRead, DoesNotWaitForADiskThatHangs) {
  ASSERT_EQ(::mkfifo(disk_.c_str(), 0600), 0);
  const auto start = read_start(disk_, 5000, milliseconds(50));
  EXPECT_TRUE(start.hangs);
  EXPECT_FALSE(start.bytes);
}

}  // namespace
