#include "vblade/process/daemon.h"

#include <array>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vblade {

base::Result<Daemon> Daemon::enter() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail_errno(errno, "cannot make a pipe");
  base::Fd from_child(ends[0]);
  base::Fd to_parent(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return base::fail_errno(errno, "cannot go into the background");
  if (child > 0) {
    to_parent.reset();
    char ready = 0;
    if (::read(from_child.get(), &ready, 1) == 1) ::_exit(0);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
  }
  ::setsid();
  Daemon daemon;
  daemon.parent_ = std::move(to_parent);
  return daemon;
}

void Daemon::ready() {
  if (::chdir("/") != 0) return;  // it always is possible
  let_go_of_terminal();
  (void)!::write(parent_.get(), "\n", 1);
  parent_.reset();
}

void let_go_of_terminal(int last) {
  const base::Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd = 0; fd <= last; ++fd) ::dup2(null.get(), fd);
}

}  // namespace vblade
