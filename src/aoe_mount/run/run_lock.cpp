#include "aoe_mount/run/run_lock.h"

#include "base/units.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

namespace aoe_mount {

namespace {

RunLock::Owner read_owner(int fd) {
  RunLock::Owner owner;
  std::array<char, 4096> bytes{};
  const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), 0);
  if (count <= 0) return owner;
  const std::string_view text(bytes.data(), static_cast<std::size_t>(count));
  const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
  owner.pid = text.substr(0, end);
  owner.task = text.substr(std::min(end + 1, text.size()));
  return owner;
}

bool is_no_room(int code) {
  return code == EROFS || code == ENOSPC || code == EDQUOT;
}

}  // namespace

base::Result<RunLock> RunLock::take(const std::filesystem::path& file, const std::string& task,
                                    std::chrono::milliseconds patience,
                                    const std::function<void(const Owner&)>& on_wait) {
  base::Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd && is_no_room(errno)) {
    const int reason = errno;
    fd = base::Fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) {
      RunLock none{base::Fd()};
      none.problem_ =
          fmt::format("cannot lock {}: {}", file.string(), std::generic_category().message(reason));
      return none;
    }
  }
  if (!fd) return base::fail_errno(errno, "cannot lock {}", file.string());
  const auto end = std::chrono::steady_clock::now() + patience;
  std::optional<Owner> owner;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return base::fail_errno(errno, "cannot lock {}", file.string());
    if (!owner) on_wait(owner.emplace(read_owner(fd.get())));
    if (std::chrono::steady_clock::now() >= end) {
      return base::fail("another aoe-mount (pid {}) is still at work after {}: wait for it, or end it",
                        owner->pid, base::duration_text(patience));
    }
    (void)::poll(nullptr, 0, 50);
  }
  // The lock counts; the owner's name is only for those who wait, and there may be no room for it.
  const std::string text = fmt::format("{} {}", ::getpid(), task);
  if (::ftruncate(fd.get(), 0) == 0) (void)!::pwrite(fd.get(), text.data(), text.size(), 0);
  return RunLock(std::move(fd));
}

}  // namespace aoe_mount
