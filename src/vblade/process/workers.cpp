#include "vblade/process/workers.h"

#include "base/fd.h"

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

// Between two starts of a worker that ends by itself.
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

void restart_ended(const std::vector<Worker>& workers, const std::vector<std::uint64_t>& given_up,
                   std::vector<pid_t>& running) {
  for (pid_t ended = 0; (ended = ::waitpid(-1, nullptr, WNOHANG)) > 0;) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (running[i] != ended) continue;
      std::this_thread::sleep_for(kPause);
      running[i] = start(workers[i], {.replaces = true, .given_up = given_up[i]});
    }
  }
}

[[noreturn]] void end_all(const std::vector<pid_t>& running) {
  for (const pid_t one : running) {
    if (one > 0) ::kill(one, SIGKILL);
  }
  const auto until = std::chrono::steady_clock::now() + kGoodbye;
  while (::waitpid(-1, nullptr, WNOHANG) >= 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ::_exit(0);
}

}  // namespace

void keep_workers(int control, const std::vector<Worker>& workers) {
  const base::Fd ended = child_signals();
  std::vector<pid_t> running;
  for (const Worker& one : workers) running.push_back(start(one, {}));
  std::vector<std::uint64_t> given_up(workers.size());
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{control, POLLIN, 0}, pollfd{ended.get(), POLLIN, 0}};
    (void)::poll(waiting.data(), waiting.size(), -1);
    signalfd_siginfo signal{};
    while (::read(ended.get(), &signal, sizeof signal) == sizeof signal) {
    }
    Replacement asked;
    const ssize_t got = ::recv(control, &asked, sizeof asked, MSG_DONTWAIT);
    if (got == 0) end_all(running);
    restart_ended(workers, given_up, running);
    if (got == sizeof asked && asked.worker < running.size()) {
      given_up[asked.worker] = asked.given_up;
      ::kill(running[asked.worker], SIGKILL);
      running[asked.worker] = start(workers[asked.worker], {.replaces = true, .given_up = asked.given_up});
    }
  }
}

}  // namespace vblade
