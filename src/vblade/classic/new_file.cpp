#include "vblade/classic/new_file.h"

#include "base/fd.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr mode_t kMode = 0644;

bool write_all(int fd, const std::string& text) {
  for (std::size_t put = 0; put < text.size();) {
    const ssize_t more = ::write(fd, text.data() + put, text.size() - put);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return false;
    put += static_cast<std::size_t>(more);
  }
  return ::fchmod(fd, kMode) == 0 && ::fsync(fd) == 0;
}

}  // namespace

base::Result<bool> make_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  std::string fresh = (directory / ("." + path.filename().string() + ".XXXXXX")).string();
  const base::Fd fd(::mkostemp(fresh.data(), O_CLOEXEC));
  if (!fd) return base::fail_errno(errno, "'{}' cannot be written", path.string());
  // A link, because a rename would replace what another process has made meanwhile.
  const bool made = write_all(fd.get(), text) && ::link(fresh.c_str(), path.c_str()) == 0;
  const int error = errno;
  (void)::unlink(fresh.c_str());
  if (!made && error == EEXIST) return false;
  if (!made) return base::fail_errno(error, "'{}' cannot be written", path.string());
  const base::Fd parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent || ::fsync(parent.get()) != 0)
    return base::fail_errno(errno, "'{}' is written, but perhaps not on stable storage", path.string());
  return true;
}

}  // namespace vblade
