#include "vblade/hasty_end.h"

#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Fields of /proc/PID/stat: name, state, parent.
struct Stat {
  std::string name;
  char state = 0;
  pid_t parent = 0;
};

Stat stat_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(in, text);
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (close == std::string::npos) return {};
  const auto parent = text.substr(close + 4);
  return {text.substr(open + 1, close - open - 1), text[close + 2], std::stoi(parent)};
}

pid_t closer_of(pid_t server) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
    const Stat one = stat_of(pid);
    if (one.parent == server && one.name == "vblade-closer") return pid;
  }
  return 0;
}

bool soon(const auto& condition) {
  for (int i = 0; i < 10000; ++i, ::usleep(1000))
    if (condition()) return true;
  return false;
}

bool holds(pid_t pid, int fd) {
  std::error_code reason;
  const auto wanted = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), reason);
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", reason))
    if (std::filesystem::read_symlink(entry.path(), reason) == wanted) return true;
  return false;
}

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    for (const int fd : ends) ::close(fd);
  }
  int out() const { return ends[0]; }
  int in() const { return ends[1]; }
  std::array<int, 2> ends{};
};

// A server that ends when it is told to, while another thread of it still is there. That thread's id goes to
// `thread`.
[[noreturn]] void be_server(const Pipe& thread, const Pipe& go, int hanging) {
  std::thread other([&thread] {
    const pid_t self = ::gettid();
    if (::write(thread.in(), &self, sizeof self) != sizeof self) ::_exit(1);
    for (;;) ::pause();
  });
  char byte = 0;
  if (::read(go.out(), &byte, 1) != 1) ::_exit(2);
  vblade::end_without_waiting({hanging});
}

}  // namespace

// A thread that the kernel cannot end yet has the server's files open: whoever leaves before it leaves the
// waiting to it.
TEST(HastyEnd, TheCloserStaysUntilTheLastOfTheServersThreadsIsGone) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);  // to learn how the closer ended
  const Pipe thread;
  const Pipe go;
  const Pipe disk;
  const Pipe other;
  const pid_t server = ::fork();
  if (server == 0) be_server(thread, go, disk.in());

  pid_t last = 0;
  ASSERT_EQ(::read(thread.out(), &last, sizeof last), static_cast<ssize_t>(sizeof last));
  if (::ptrace(PTRACE_SEIZE, last, nullptr, PTRACE_O_TRACEEXIT) != 0) {
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    GTEST_SKIP() << "this machine lets nobody trace a child";
  }
  ASSERT_EQ(::write(go.in(), "x", 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(last, &status, __WALL), last);
  ASSERT_EQ(status >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8) << "the last thread is held where it ends";
  ASSERT_TRUE(soon([&] { return stat_of(server).state == 'Z'; })) << "the one that forked is gone";
  pid_t closer = 0;
  ASSERT_TRUE(soon([&] { return (closer = closer_of(server)) != 0; }));
  EXPECT_TRUE(soon([&] { return !holds(closer, other.in()); }));
  EXPECT_TRUE(holds(closer, disk.in()));

  ASSERT_EQ(::ptrace(PTRACE_DETACH, last, nullptr, nullptr), 0);
  ASSERT_EQ(::waitpid(server, &status, 0), server);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  ASSERT_EQ(::waitpid(closer, &status, 0), closer);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "nothing ended it before";
}
