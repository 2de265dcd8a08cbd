#include "mount/run_lock.h"

#include "base/units.h"

#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

namespace aoe_mount {

base::Result<RunLock> RunLock::take(const std::filesystem::path& file, std::chrono::milliseconds patience,
                                    const std::function<void(const std::string&)>& on_wait) {
  base::Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return base::fail_errno(errno, "cannot lock {}", file.string());
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string owner;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return base::fail_errno(errno, "cannot lock {}", file.string());
    if (owner.empty()) {
      std::array<char, 16> pid{};
      const ssize_t count = ::pread(fd.get(), pid.data(), pid.size() - 1, 0);
      owner = count > 0 ? std::string(pid.data(), static_cast<std::size_t>(count)) : "unknown";
      on_wait(owner);
    }
    if (std::chrono::steady_clock::now() >= end) {
      return base::fail("another aoe-mount (pid {}) is still at work after {}: wait for it, or end it", owner,
                        base::duration_text(patience));
    }
    (void)::poll(nullptr, 0, 50);
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
    return base::fail_errno(errno, "cannot write {}", file.string());
  }
  return RunLock(std::move(fd));
}

}  // namespace aoe_mount
