#include "base/file_replacement.h"

#include "base/fd.h"

#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace base {

namespace fs = std::filesystem;

namespace {

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
bool take_form(int fd, const fs::path& target, const FileReplacement::Form& form) {
  struct stat old{};
  if (!form.like_before) return ::fchmod(fd, form.mode) == 0;
  if (::stat(target.c_str(), &old) != 0) return errno == ENOENT && ::fchmod(fd, form.mode) == 0;
  struct stat fresh{};
  if (::fstat(fd, &fresh) != 0) return false;
  const bool other_owner = old.st_uid != fresh.st_uid || old.st_gid != fresh.st_gid;
  if (other_owner && ::fchown(fd, old.st_uid, old.st_gid) != 0) return false;
  return ::fchmod(fd, old.st_mode & 07777) == 0;
}

// Nobody else may read it before it has its mode.
Fd create(std::string& name, bool is_new) {
  if (is_new) return Fd(::mkostemp(name.data(), O_CLOEXEC));
  return Fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

// A name is on stable storage when its directory is.
bool sync_folder_of(const fs::path& file) {
  const Fd fd(::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::fsync(fd.get()) == 0;
}

}  // namespace

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

Result<FileReplacement> FileReplacement::write(const fs::path& file, std::string_view text,
                                               const Form& form) {
  std::error_code error;
  fs::path target = file;
  if (form.like_before && fs::is_symlink(file, error)) {
    target = fs::canonical(file, error);
    if (error) return fail_errno(error.value(), "'{}' cannot be written", file.string());
  }
  const bool is_new = form.suffix.empty();
  std::string name = is_new ? (folder_of(target) / ("." + target.filename().string() + ".XXXXXX")).string()
                            : target.string() + form.suffix;
  const std::string shown = is_new ? file.string() : name;
  const Fd fd = create(name, is_new);
  if (!fd) return fail_errno(errno, "'{}' cannot be written", shown);
  FileReplacement replacement(std::move(target), name);
  if (!take_form(fd.get(), replacement.target_, form) || !write_all(fd.get(), text) || ::fsync(fd.get()) != 0)
    return fail_errno(errno, "'{}' cannot be written", shown);
  return replacement;
}

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : target_(std::move(other.target_)), fresh_(std::exchange(other.fresh_, {})) {}

FileReplacement::~FileReplacement() {
  if (!fresh_.empty()) ::unlink(fresh_.c_str());
}

// A file system that cannot sync a directory has no better way.
Result<> FileReplacement::put_in_place() {
  if (::rename(fresh_.c_str(), target_.c_str()) != 0)
    return fail_errno(errno, "'{}' cannot be replaced", target_.string());
  fresh_.clear();
  (void)sync_folder_of(target_);
  return {};
}

// By a link, because a rename would replace a file that another process has made meanwhile.
Result<bool> FileReplacement::put_in_free_place() {
  const bool made = ::link(fresh_.c_str(), target_.c_str()) == 0;
  const int error = errno;
  ::unlink(fresh_.c_str());
  fresh_.clear();
  if (!made && error == EEXIST) return false;
  if (!made) return fail_errno(error, "'{}' cannot be written", target_.string());
  if (!sync_folder_of(target_))
    return fail_errno(errno, "'{}' is written, but perhaps not on stable storage", target_.string());
  return true;
}

}  // namespace base
