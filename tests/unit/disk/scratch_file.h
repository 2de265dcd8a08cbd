// ScratchFile: a temporary file that a test reads and writes; gone afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

class ScratchFile {
 public:
  // On /var/tmp, which is on a disk where /tmp may be memory; or where whoever builds packages has them
  // write.
  static const char* usual_directory() {
    const char* own = ::getenv("TMPDIR");
    return own != nullptr ? own : "/var/tmp";
  }

  explicit ScratchFile(std::uint64_t bytes, const char* directory = usual_directory()) {
    std::string name = std::string(directory) + "/aoe-unit-XXXXXX";
    const int fd = ::mkstemp(name.data());
    if (fd >= 0) {
      if (::ftruncate(fd, static_cast<off_t>(bytes)) != 0) ::perror("ftruncate");
      ::close(fd);
    }
    path_ = name;
  }
  ~ScratchFile() { ::unlink(path_.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string text(std::uint64_t offset, std::size_t bytes) const {
    std::string out(bytes, '\0');
    const int fd = ::open(path_.c_str(), O_RDONLY);
    const ssize_t got = ::pread(fd, out.data(), bytes, static_cast<off_t>(offset));
    ::close(fd);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }
  void write(std::uint64_t offset, const std::string& text) const {
    const int fd = ::open(path_.c_str(), O_WRONLY);
    if (::pwrite(fd, text.data(), text.size(), static_cast<off_t>(offset)) < 0) ::perror("pwrite");
    ::close(fd);
  }
  // Everything leaves the page cache.
  void drop_cache() const {
    const int fd = ::open(path_.c_str(), O_RDONLY);
    if (::fsync(fd) != 0 || ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0) ::perror("drop_cache");
    ::close(fd);
  }
  void resize(std::uint64_t bytes) const { std::filesystem::resize_file(path_, bytes); }

 private:
  std::filesystem::path path_;
};
