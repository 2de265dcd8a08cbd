#include "vblade/process/front_process.h"

#include "vblade/process/abandon_disks.h"
#include "vblade/service.h"

#include <array>
#include <chrono>
#include <csignal>
#include <functional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr std::chrono::milliseconds kPatience{300};

// A front, and the server behind it, which does `work`. Both are ours to wait for, whoever ends first.
class Pair {
 public:
  explicit Pair(const std::function<void()>& work) {
    EXPECT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    front = ::fork();
    if (front == 0) {
      vblade::block_signals();
      if (!vblade::serve_behind_front(kPatience)) ::_exit(90);
      vblade::end_with_front();
      const pid_t self = ::getpid();
      if (vblade::front_process() != ::getppid() || ::write(ends[1], &self, sizeof self) != sizeof self)
        ::_exit(91);
      work();
      ::_exit(92);
    }
    EXPECT_EQ(::read(ends[0], &server, sizeof server), static_cast<ssize_t>(sizeof server));
    for (const int end : ends) ::close(end);
  }

  pid_t front = 0;
  pid_t server = 0;
};

int status_of(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, __WALL), pid);
  return status;
}

// What a server does: it ends, with 5, when it is told to.
void wait_for_the_end() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  int signal = 0;
  ::sigwait(&set, &signal);
  ::_exit(5);
}

[[noreturn]] void wait_for_ever() {
  for (;;) ::pause();
}

}  // namespace

TEST(Front, EndsAsItsServerEnds) {
  Pair exits([] { ::_exit(3); });
  const int status = status_of(exits.front);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3);
  Pair crashes([] {
    std::signal(SIGSEGV, SIG_DFL);
    ::raise(SIGSEGV);
  });
  const int crash = status_of(crashes.front);
  EXPECT_TRUE(WIFSIGNALED(crash) && WTERMSIG(crash) == SIGSEGV);
}

TEST(Front, HandsOnWhatItIsTold) {
  Pair pair(wait_for_the_end);
  ::kill(pair.front, SIGTERM);
  const int status = status_of(pair.front);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

TEST(Front, TakesItsServerWithIt) {
  Pair pair(wait_for_ever);
  ::kill(pair.front, SIGKILL);
  status_of(pair.front);
  const int status = status_of(pair.server);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

// As an opener does whose server was killed.
TEST(Front, EndsAfterWhatItsServerLeaves) {
  std::array<int, 2> go{};
  std::array<int, 2> gone{};
  for (auto* ends : {&go, &gone}) ASSERT_EQ(::pipe2(ends->data(), O_CLOEXEC), 0);
  Pair pair([&] {
    if (::fork() == 0) {
      ::close(go[1]);
      char byte = 0;
      ::_exit(::read(go[0], &byte, 1) == 0 ? 0 : 1);
    }
    ::_exit(3);
  });
  ::close(gone[1]);
  while (::kill(pair.server, 0) == 0) ::usleep(1000);  // until the front has waited for it
  ::close(go[1]);
  EXPECT_EQ(status_of(pair.front), 3 << 8);
  ::fcntl(gone[0], F_SETFL, O_NONBLOCK);
  char byte = 0;
  EXPECT_EQ(::read(gone[0], &byte, 1), 0) << "somebody still holds the other end";
  ::close(go[0]);
  ::close(gone[0]);
}

// A tracer holds the server where it ends, as the kernel does whose thread waits for a disk.
TEST(Front, LeavesAServerThatCannotEnd) {
  Pair pair(wait_for_the_end);
  if (::ptrace(PTRACE_SEIZE, pair.server, nullptr, PTRACE_O_TRACEEXIT) != 0) {
    ::kill(pair.front, SIGKILL);
    status_of(pair.front);
    status_of(pair.server);
    GTEST_SKIP() << "this machine lets nobody trace a child";
  }
  const auto begin = std::chrono::steady_clock::now();
  ::kill(pair.front, SIGTERM);
  ASSERT_EQ(status_of(pair.server) >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
  EXPECT_EQ(status_of(pair.front), 1 << 8);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, kPatience);
  ::ptrace(PTRACE_DETACH, pair.server, nullptr, nullptr);
  status_of(pair.server);
}

TEST(HastyEnd, KeepsNothingButWhatHangs) {
  std::array<int, 2> go{};
  std::array<int, 2> hanging{};
  std::array<int, 2> other{};
  for (auto* ends : {&go, &hanging, &other}) ASSERT_EQ(::pipe2(ends->data(), O_NONBLOCK), 0);
  const pid_t server = ::fork();
  if (server == 0) {
    ::fcntl(go[0], F_SETFL, 0);
    char byte = 0;
    if (::read(go[0], &byte, 1) == 1) vblade::exit_leaving_disks({hanging[1]}, 7);
    ::_exit(1);
  }
  ::close(hanging[1]);
  ::close(other[1]);
  const bool held = ::ptrace(PTRACE_SEIZE, server, nullptr, PTRACE_O_TRACEEXIT) == 0;
  EXPECT_FALSE(vblade::closers_remain());
  ASSERT_EQ(::write(go[1], "x", 1), 1);
  if (held) {
    ASSERT_EQ(status_of(server) >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
    char byte = 0;
    EXPECT_EQ(::read(other[0], &byte, 1), 0) << "nobody holds the other end";
    EXPECT_EQ(::read(hanging[0], &byte, 1), -1) << "somebody does";
    EXPECT_TRUE(vblade::closers_remain());
    ::ptrace(PTRACE_DETACH, server, nullptr, nullptr);
  }
  EXPECT_EQ(status_of(server), 7 << 8);
  EXPECT_FALSE(vblade::closers_remain());
  for (const int end : {go[0], go[1], hanging[0], other[0]}) ::close(end);
  if (!held) GTEST_SKIP() << "this machine lets nobody trace a child";
}
