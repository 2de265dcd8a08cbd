#include "base/log.h"

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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
