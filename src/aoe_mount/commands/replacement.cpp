#include "aoe_mount/commands/replacement.h"

#include "base/fd.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aoe_mount {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kNewMode = 0644;

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Mode last: a change of owner takes some of its bits away.
bool take_after(int fd, const fs::path& target) {
  struct stat old{};
  if (::stat(target.c_str(), &old) != 0) return errno == ENOENT && ::fchmod(fd, kNewMode) == 0;
  struct stat fresh{};
  if (::fstat(fd, &fresh) != 0) return false;
  const bool other_owner = old.st_uid != fresh.st_uid || old.st_gid != fresh.st_gid;
  if (other_owner && ::fchown(fd, old.st_uid, old.st_gid) != 0) return false;
  return ::fchmod(fd, old.st_mode & 07777) == 0;
}

}  // namespace

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

base::Result<Replacement> Replacement::of(const fs::path& file, std::string_view text) {
  std::error_code error;
  fs::path target = file;
  if (fs::is_symlink(file, error)) {
    target = fs::canonical(file, error);
    if (error) return base::fail_errno(error.value(), "cannot follow the link {}", file.string());
  }
  std::string name = (folder_of(target) / ("." + target.filename().string() + ".XXXXXX")).string();
  const base::Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return base::fail_errno(errno, "cannot write {}", file.string());
  Replacement replacement(std::move(target), name);
  if (!take_after(fd.get(), replacement.target_) || !write_all(fd.get(), text) || ::fsync(fd.get()) != 0)
    return base::fail_errno(errno, "cannot write {}", file.string());
  return replacement;
}

Replacement::Replacement(Replacement&& other) noexcept
    : target_(std::move(other.target_)), fresh_(std::exchange(other.fresh_, {})) {}

Replacement::~Replacement() {
  if (!fresh_.empty()) ::unlink(fresh_.c_str());
}

base::Result<> Replacement::put_in_place() {
  if (::rename(fresh_.c_str(), target_.c_str()) != 0)
    return base::fail_errno(errno, "cannot write {}", target_.string());
  fresh_.clear();
  // Over a power cut, too; where a file system has no such thing, there is nothing to be done about it.
  const base::Fd fd(::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) (void)::fsync(fd.get());
  return {};
}

}  // namespace aoe_mount
