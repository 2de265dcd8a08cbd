#include "base/log.h"

#include "base/fd.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using std::chrono::milliseconds;

namespace {

// What a service writes to stderr, with JOURNAL_STREAM as systemd sets it for this inode.
std::string written(base::log::Sink sink, ino_t more = 0) {
  testing::internal::CaptureStderr();
  struct stat status{};
  EXPECT_EQ(::fstat(STDERR_FILENO, &status), 0);
  ::setenv("JOURNAL_STREAM", fmt::format("{}:{}", status.st_dev, status.st_ino + more).c_str(), 1);
  base::log::open("vblade", sink, base::log::Level::debug);
  base::log::error("the disk fails:\n  at sector {}\n", 7);
  base::log::warning("the link is down");
  base::log::info("it is back");
  base::log::debug("a detail");
  ::unsetenv("JOURNAL_STREAM");
  return testing::internal::GetCapturedStderr();
}

}  // namespace

TEST(Log, GoesToTheJournalWithItsSeverity) {
  EXPECT_EQ(written(base::log::Sink::stderr_and_syslog),
            "<3>the disk fails:\n<3>  at sector 7\n<4>the link is down\n<6>it is back\n<7>a detail\n");
}

TEST(Log, IsAsEverWhereStderrIsNotTheJournal) {
  EXPECT_EQ(written(base::log::Sink::stderr_and_syslog, 1),
            "vblade: the disk fails:\n  at sector 7\n\nvblade: the link is down\nvblade: it is back\nvblade: "
            "a detail\n");
  EXPECT_EQ(written(base::log::Sink::stderr_only),
            "vblade: the disk fails:\n  at sector 7\n\nvblade: the link is down\nvblade: it is back\nvblade: "
            "a detail\n");
}

// A pipe is full after some lines, and the reader takes them when all are written.
TEST(Log, ThatNobodyReadsMakesNobodyWait) {
  constexpr unsigned kLines = 10'000;
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ASSERT_GT(::fcntl(ends[1], F_SETPIPE_SZ, 4096), 0);
  const base::Fd before(::dup(STDERR_FILENO));
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  base::log::open("vblade", base::log::Sink::stderr_only);
  ASSERT_TRUE(base::log::write_in_background());
  for (unsigned line = 0; line < kLines; ++line) base::log::info("line {}", line);
  EXPECT_FALSE(base::log::flush(milliseconds(1)));

  std::string text;
  std::thread reader([&] {
    std::array<char, 4096> part{};
    ssize_t got = 0;
    while ((got = ::read(ends[0], part.data(), part.size())) > 0)
      text.append(part.data(), static_cast<std::size_t>(got));
  });
  EXPECT_TRUE(base::log::flush(milliseconds(60'000)));
  base::log::info("the last one");
  EXPECT_TRUE(base::log::flush(milliseconds(60'000)));
  ::dup2(before.get(), STDERR_FILENO);
  reader.join();
  ::close(ends[0]);

  // Each line has come or is counted, in its place.
  std::istringstream lines(text);
  unsigned next = 0;
  unsigned drops = 0;
  for (std::string line; std::getline(lines, line) && line != "vblade: the last one";) {
    unsigned number = 0;
    if (std::sscanf(line.c_str(), "vblade: %u message", &number) == 1) {
      next += number;
      ++drops;
      continue;
    }
    ASSERT_EQ(line, fmt::format("vblade: line {}", next));
    ++next;
  }
  EXPECT_EQ(next, kLines);
  EXPECT_GT(drops, 0u);
  EXPECT_TRUE(text.ends_with("vblade: the last one\n"));
}
