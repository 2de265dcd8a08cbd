#include "kernel/attribute.h"

#include "base/fd.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace kernel {

std::optional<std::string> first_line(const std::filesystem::path& file) {
  const base::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::array<char, 4096> page;
  const ssize_t bytes = ::read(fd.get(), page.data(), page.size());
  if (bytes < 0) return std::nullopt;
  const std::string_view text(page.data(), static_cast<std::size_t>(bytes));
  return std::string(text.substr(0, text.find('\n')));
}

std::string attribute(const std::filesystem::path& file) {
  return first_line(file).value_or("");
}

base::Result<> write_at_once(const std::filesystem::path& file, std::string_view text) {
  const base::Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return base::fail_errno(errno, "{}", file.native());
  const ssize_t written = ::write(fd.get(), text.data(), text.size());
  if (written < 0) return base::fail_errno(errno, "{}", file.native());
  if (written != static_cast<ssize_t>(text.size()))
    return base::fail("{}: takes {} of {} bytes", file.native(), written, text.size());
  return {};
}

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code gone;
  for (std::filesystem::directory_iterator it(directory, gone), end; !gone && it != end; it.increment(gone)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace kernel
