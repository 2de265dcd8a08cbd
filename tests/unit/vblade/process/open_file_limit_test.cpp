#include "vblade/process/open_file_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(OpenFileLimit, IsRaisedToTheHardLimitAtLeast) {
  const pid_t child = ::fork();
  if (child == 0) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 100;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const auto now = vblade::raise_open_file_limit();
    rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    ::_exit(now == after.rlim_cur && now >= limit.rlim_max ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}
