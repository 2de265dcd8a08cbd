#include "vblade/classic/old_source.h"

#include "base/fd.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr std::size_t kMost = std::size_t{1} << 20;

}  // namespace

base::Result<std::string> read_old_bytes(const std::filesystem::path& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return base::fail_errno(errno, "'{}' cannot be read", path.string());
  std::string bytes;
  std::array<char, 4096> part{};
  ssize_t got = 0;
  while ((got = ::read(fd.get(), part.data(), part.size())) > 0) {
    bytes.append(part.data(), static_cast<std::size_t>(got));
    if (bytes.size() > kMost)
      return base::fail("'{}' has more than {} bytes: it is no configuration of an old vblade", path.string(),
                        kMost);
  }
  if (got < 0) return base::fail_errno(errno, "'{}' cannot be read", path.string());
  return bytes;
}

base::Result<std::vector<std::filesystem::path>> old_entries(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> found;
  std::error_code reason;
  std::filesystem::directory_iterator entries(directory, reason);
  for (; !reason && entries != std::filesystem::directory_iterator(); entries.increment(reason))
    found.push_back(entries->path());
  if (reason) return base::fail("'{}' cannot be read: {}", directory.string(), reason.message());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace vblade
