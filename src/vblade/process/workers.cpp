#include "vblade/process/workers.h"

#include "base/fd.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vblade {

namespace {

// Before a worker that has ended, or could not be started, is started again.
constexpr std::chrono::milliseconds kPause{100};
// For a worker that was killed, at the end: one that hangs in the kernel takes longer.
constexpr std::chrono::milliseconds kGoodbye{100};

pid_t start(const Worker& work, Succession succession) {
  const pid_t keeper = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(0);
  work(succession);
  ::_exit(0);
}

base::Fd child_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

struct Kept {
  explicit Kept(const Worker& its_work) : work(its_work) {}

  const Worker& work;
  Succession succession;
  pid_t pid = 0;  // not positive: none runs

  // Without a process more it stays as it is, and is tried again.
  void start() {
    pid = vblade::start(work, succession);
    succession.replaces = true;
  }
  void end() {
    if (pid > 0) ::kill(pid, SIGKILL);  // 0 and -1 mean others
    pid = 0;
  }
};

void note_ended(std::vector<Kept>& workers) {
  for (pid_t ended = 0; (ended = ::waitpid(-1, nullptr, WNOHANG)) > 0;) {
    for (Kept& one : workers) {
      if (one.pid == ended) one.pid = 0;
    }
  }
}

[[noreturn]] void end_all(std::vector<Kept>& workers) {
  for (Kept& one : workers) one.end();
  const auto until = std::chrono::steady_clock::now() + kGoodbye;
  while (::waitpid(-1, nullptr, WNOHANG) >= 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ::_exit(0);
}

}  // namespace

void keep_workers(int control, const std::vector<Worker>& workers) {
  const base::Fd ended = child_signals();
  std::vector<Kept> kept;
  for (const Worker& work : workers) {
    kept.emplace_back(work);
    kept.back().start();
  }
  for (;;) {
    const bool one_is_missing = std::ranges::any_of(kept, [](const Kept& one) { return one.pid <= 0; });
    std::array<pollfd, 2> waiting{pollfd{control, POLLIN, 0}, pollfd{ended.get(), POLLIN, 0}};
    const int got_something =
        ::poll(waiting.data(), waiting.size(), one_is_missing ? static_cast<int>(kPause.count()) : -1);
    signalfd_siginfo signal{};
    while (::read(ended.get(), &signal, sizeof signal) == sizeof signal) {
    }
    Replacement asked;
    const ssize_t got = ::recv(control, &asked, sizeof asked, MSG_DONTWAIT);
    if (got == 0) end_all(kept);
    note_ended(kept);
    if (got == sizeof asked && asked.worker < kept.size()) {
      Kept& hanging = kept[asked.worker];
      hanging.end();
      hanging.succession.given_up = asked.given_up;
      hanging.start();
    }
    if (got_something != 0) continue;
    for (Kept& one : kept) {
      if (one.pid <= 0) one.start();
    }
  }
}

}  // namespace vblade
