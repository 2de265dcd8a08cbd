#include "aoe_mount/run/path_watch.h"

#include "base/fd.h"

#include <array>
#include <cerrno>

#include <sys/inotify.h>
#include <unistd.h>

namespace aoe_mount {

base::Result<> wait_for_path(const std::filesystem::path& path, bool there) {
  const base::Fd events(::inotify_init1(IN_CLOEXEC));
  if (!events) return base::fail_errno(errno, "cannot watch files");
  const std::string directory = path.parent_path().string();
  if (::inotify_add_watch(events.get(), directory.c_str(),
                          IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR) < 0)
    return base::fail_errno(errno, "cannot watch {}", directory);
  std::error_code gone;
  while (std::filesystem::exists(path, gone) != there) {
    // Which events these are does not matter: something in there has changed.
    alignas(inotify_event) std::array<char, 4096> buffer;
    if (::read(events.get(), buffer.data(), buffer.size()) < 0 && errno != EINTR)
      return base::fail_errno(errno, "cannot watch {}", directory);
  }
  return {};
}

}  // namespace aoe_mount
