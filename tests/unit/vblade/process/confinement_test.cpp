#include "vblade/process/confinement.h"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

// Tries what a server that was taken over would; in a child, for there is no way back. 0: nothing worked.
int tries_in_vain() {
  if (!vblade::give_up_system_calls()) return 1;
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 2;
  const char* const words[] = {"/bin/true", nullptr};
  if (::execv(words[0], const_cast<char* const*>(words)) != -1 || errno != EPERM) return 3;
  if (::mount("none", "/mnt", "tmpfs", 0, nullptr) != -1 || errno != EPERM) return 4;
  char byte = 0;
  iovec piece{&byte, 1};
  if (::process_vm_readv(::getppid(), &piece, 1, &piece, 1, 0) != -1 || errno != EPERM) return 5;
  if (::chroot("/") != -1 || errno != EPERM) return 6;
  timespec time{};  // of a clock that nobody can set: else EINVAL
  if (::clock_settime(CLOCK_MONOTONIC, &time) != -1 || errno != EPERM) return 7;
  return ::getpid() > 0 ? 0 : 8;  // the rest still works
}

}  // namespace

TEST(Confinement, StartsNoProgramAndLooksAtNoProcess) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(tries_in_vain());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the number of the try that worked";
}

TEST(Confinement, NamesTheUserThatIsMissing) {
  EXPECT_EQ(vblade::become("nobody-at-all").error().message, "there is no user 'nobody-at-all'");
  EXPECT_EQ(vblade::give_directories("nobody-at-all", {}).error().message,
            "there is no user 'nobody-at-all'");
  if (::geteuid() == 0) return;
  EXPECT_EQ(vblade::become("nobody").error().message,
            "only root can become the user 'nobody': leave --user out, or start as root");
}
