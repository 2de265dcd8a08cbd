#include "aoe_mount/work/task.h"

#include "base/close_range.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string_view>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aoe_mount {

namespace {

// Leaves the child with /dev/null three times and the pipe as descriptor 3.
bool keep_only(int pipe) {
  const int null = ::open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) {
    if (::dup2(null, standard) < 0) return false;
  }
  if (pipe != 3 && ::dup2(pipe, 3) < 0) return false;
  // Programs that are run from here (fsck) must not keep the pipe open.
  return ::fcntl(3, F_SETFD, FD_CLOEXEC) == 0 && base::close_range(4, ~0U) == 0;
}

[[noreturn]] void run_child(const std::function<std::string()>& body, int pipe) {
  std::string output;
  if (!keep_only(pipe)) ::_exit(1);
  try {
    output = body();
  } catch (const std::exception&) {
    ::_exit(1);
  }
  for (std::string_view rest = output; !rest.empty();) {
    const ssize_t count = ::write(3, rest.data(), rest.size());
    if (count < 0 && errno != EINTR) ::_exit(1);
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::_exit(0);
}

}  // namespace

base::Result<Task> Task::start(const std::function<std::string()>& body) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail_errno(errno, "cannot make a pipe");
  base::Fd ours(ends[0]);
  const base::Fd theirs(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return base::fail_errno(errno, "cannot start a process");
  if (pid == 0) run_child(body, theirs.get());
  (void)::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  return Task(std::move(ours), pid);
}

bool Task::collect() {
  for (;;) {
    std::array<char, 4096> piece{};
    const ssize_t count = ::read(fd_.get(), piece.data(), piece.size());
    if (count > 0) {
      output_.append(piece.data(), static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    break;
  }
  (void)::waitpid(pid_, nullptr, 0);  // it has closed its end by ending
  return true;
}

void Task::abandon() {
  (void)::kill(pid_, SIGKILL);
  (void)::waitpid(pid_, nullptr, WNOHANG);
}

}  // namespace aoe_mount
