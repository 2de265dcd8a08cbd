#include "vblade/process/confinement.h"

#include "base/fd.h"

#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

bool clones_with(unsigned long flags) {
  const long child = ::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) ::_exit(0);
  return child > 0;
}

bool still_works() {
  const base::Fd log(::socket(AF_UNIX, SOCK_DGRAM, 0));
  const base::Fd events(::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  std::thread([] {}).join();
  return log && events && clones_with(0);
}

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
  for (const unsigned long flag :
       {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER | CLONE_NEWNET}) {
    if (clones_with(flag) || errno != EPERM) return 8;
  }
  if (::syscall(SYS_clone3, nullptr, 0) != -1 || errno != ENOSYS) return 9;
  for (const int family : {AF_INET, AF_INET6, AF_PACKET, AF_VSOCK, AF_ALG, AF_XDP}) {
    if (::socket(family, SOCK_DGRAM, 0) != -1 || errno != EAFNOSUPPORT) return 10;
  }
  if (::socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) != -1 || errno != EPROTONOSUPPORT) return 11;
  return still_works() ? 0 : 12;
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
