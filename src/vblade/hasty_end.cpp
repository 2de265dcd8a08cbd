#include "vblade/hasty_end.h"

#include <algorithm>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace vblade {

namespace {

// Only where there was no descriptor left for the server's end.
constexpr int kLookMilliseconds = 100;

void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned next = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > next) ::close_range(next, number - 1, 0);
    next = number + 1;
  }
  ::close_range(next, ~0U, 0);
}

}  // namespace

void end_without_waiting(std::vector<int> hanging) {
  const pid_t server = ::getpid();
  const auto server_fd = static_cast<int>(::syscall(SYS_pidfd_open, server, 0));
  if (::fork() != 0) ::_exit(0);
  ::prctl(PR_SET_NAME, "vblade-closer");
  // What the server did not wait for may be served again by the next one: neither its files nor their locks
  // stay here.
  if (server_fd >= 0) hanging.push_back(server_fd);
  close_all_but(std::move(hanging));
  // The server's threads, the kernel's for io_uring among them, end one after the other, and each of them has
  // the server's files open: PR_SET_PDEATHSIG, which tells of the first, would be too early.
  pollfd server_end{.fd = server_fd, .events = POLLIN, .revents = 0};
  while (::getppid() == server) ::poll(&server_end, 1, server_fd >= 0 ? -1 : kLookMilliseconds);
  ::_exit(0);
}

}  // namespace vblade
