#include "vblade/process/front_process.h"

#include "base/close_range.h"
#include "base/fd.h"
#include "base/log.h"
#include "vblade/process/daemon.h"

#include <algorithm>
#include <csignal>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vblade {

namespace {

using Clock = std::chrono::steady_clock;

// For what a server that has ended leaves: its opener and that one's workers. One that hangs in the kernel
// takes longer.
constexpr std::chrono::seconds kGoodbye{1};

pid_t front_id = 0;

base::Fd take_signals() {
  sigset_t set;
  ::sigprocmask(SIG_BLOCK, nullptr, &set);
  sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// Ends as the server has ended.
void follow(int status) {
  if (WIFEXITED(status)) ::_exit(WEXITSTATUS(status));
  if (!WIFSIGNALED(status)) return;
  const rlimit none{};  // one core is enough
  ::setrlimit(RLIMIT_CORE, &none);
  const int signal = WTERMSIG(status);
  std::signal(signal, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::kill(::getpid(), signal);
  ::_exit(1);
}

// -1: no end is in sight.
int milliseconds_until(Clock::time_point end) {
  if (end == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max(left.count(), std::chrono::milliseconds::rep{0}));
}

// What the server has started ends with it, a moment later; as orphans these are children of the front.
// Whoever starts the next server shall not find them.
void wait_for_orphans(const base::Fd& signals) {
  const auto end = Clock::now() + kGoodbye;
  for (;;) {
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    const int left = milliseconds_until(end);
    if (ended < 0 || left == 0) return;
    pollfd told{.fd = signals.get(), .events = POLLIN, .revents = 0};
    ::poll(&told, 1, left);
    signalfd_siginfo signal{};
    while (::read(signals.get(), &signal, sizeof signal) == sizeof signal) {
    }
  }
}

// In a thread of its own: a log that nobody reads must not keep the front.
[[noreturn]] void leave_behind(pid_t server) {
  if (base::log::write_in_background()) {
    base::log::error(
        "the server, process {}, is left behind: it cannot end before a disk or file system answers", server);
    (void)base::log::flush();
  }
  ::_exit(1);
}

[[noreturn]] void be_front(pid_t server, std::chrono::milliseconds patience, bool daemon) {
  // Nobody who waits for the server's readiness waits for the front. Its stderr is the server's, too.
  base::close_range(STDERR_FILENO + 1, ~0U);
  let_go_of_terminal(daemon ? STDERR_FILENO : STDOUT_FILENO);
  const base::Fd signals = take_signals();
  auto end = Clock::time_point::max();
  for (;;) {
    int status = 0;
    if (::waitpid(server, &status, WNOHANG) == server) {
      wait_for_orphans(signals);
      follow(status);
    }
    const int left = milliseconds_until(end);
    if (left == 0) leave_behind(server);
    pollfd told{.fd = signals.get(), .events = POLLIN, .revents = 0};
    ::poll(&told, 1, left);
    signalfd_siginfo signal{};
    while (::read(signals.get(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo == SIGCHLD) continue;
      ::kill(server, static_cast<int>(signal.ssi_signo));
      if (signal.ssi_signo != SIGHUP) end = std::min(end, Clock::now() + patience);
    }
  }
}

}  // namespace

base::Result<> serve_behind_front(std::chrono::milliseconds patience, bool daemon) {
  front_id = ::getpid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t server = ::fork();
  if (server < 0) return base::fail_errno(errno, "cannot start the server's process");
  if (server > 0) be_front(server, patience, daemon);
  return {};
}

pid_t front_process() {
  return front_id;
}

void end_with_front() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != front_id) ::kill(::getpid(), SIGKILL);  // it has ended before
}

}  // namespace vblade
