#include "disk/page_tables.h"

#include "disk/mapped_file.h"
#include "tests/unit/disk/scratch_file.h"

#include <cstring>
#include <fstream>
#include <span>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

constexpr std::uint64_t kPart = 2 << 20;
constexpr std::uint64_t kParts = 4096;
constexpr std::uint64_t kLimit = 64 * 4096;

// Of this process, in bytes.
std::uint64_t page_tables_now() {
  std::ifstream in("/proc/self/status");
  std::string name;
  std::uint64_t kilobytes = 0;
  while (in >> name) {
    if (name == "VmPTE:" && in >> kilobytes) break;
  }
  return kilobytes * 1024;
}

// A file of 8 GiB with a mark in each part; what was written is in the page cache.
class PageTables : public testing::Test {
 protected:
  PageTables() : fd_(::open(file_.path().c_str(), O_RDWR | O_CLOEXEC)) {
    for (std::uint64_t part = 0; part < kParts; ++part) {
      if (::pwrite(fd_, &part, sizeof part, static_cast<off_t>(part * kPart)) != sizeof part) ADD_FAILURE();
    }
    disk::PageTables::set_limit(kLimit);
  }
  ~PageTables() override {
    disk::PageTables::set_limit(32 << 20);
    ::close(fd_);
  }

  ScratchFile file_{kParts * kPart};
  int fd_;
};

std::uint64_t number_in(base::Bytes bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace

TEST_F(PageTables, StaySmallHoweverMuchIsRead) {
  if (::sysconf(_SC_PAGESIZE) != 4096) GTEST_SKIP() << "the figures are those of pages of 4 KiB";
  const disk::MappedFile mapped(fd_, kParts * kPart, true);
  const std::uint64_t before = page_tables_now();
  std::uint64_t found = 0;
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t part = 0; part < kParts; ++part) {
      const base::Bytes bytes = mapped.cached(part * kPart, 4096);
      if (bytes.empty()) continue;  // memory is short
      ++found;
      ASSERT_EQ(number_in(bytes), part);
    }
  }
  EXPECT_GT(found, kParts);
  EXPECT_LE(disk::PageTables::in_use(), kLimit + kLimit / 2);
  // The kernel frees tables that lie whole in what was mapped anew; the sanitizer has tables of its own.
  EXPECT_LT(page_tables_now(), before + kParts * 4096 / 2);
}

TEST_F(PageTables, WhatIsMappedAnewIsStillTheFile) {
  const disk::MappedFile mapped(fd_, kParts * kPart, true);
  const base::Bytes first = mapped.cached(0, 4096);
  ASSERT_FALSE(first.empty());
  ASSERT_EQ(number_in(first), 0u);
  for (std::uint64_t part = 1; part < kParts; ++part)
    (void)mapped.store(part * kPart + 512, std::as_bytes(std::span("changed")));
  EXPECT_EQ(number_in(first), 0u) << "its address is as good as ever";
  ASSERT_TRUE(mapped.store(0, std::as_bytes(std::span("stored"))));
  EXPECT_EQ(file_.text(0, 6), "stored");
  EXPECT_EQ(file_.text(kPart + 512, 7), "changed");
  EXPECT_EQ(file_.text((kParts - 1) * kPart + 512, 7), "changed");
}

TEST_F(PageTables, AreForgottenWithTheirMapping) {
  const std::uint64_t before = disk::PageTables::in_use();
  {
    const disk::MappedFile mapped(fd_, kParts * kPart, true);
    for (std::uint64_t part = 0; part < 32; ++part) (void)mapped.cached(part * kPart, 4096);
    EXPECT_GT(disk::PageTables::in_use(), before);
  }
  EXPECT_EQ(disk::PageTables::in_use(), before);
}
