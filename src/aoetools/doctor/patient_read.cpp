#include "aoetools/doctor/patient_read.h"

#include "base/fd.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aoetools {

namespace {

using Clock = std::chrono::steady_clock;

// The child's work: it does only what is allowed between fork() and exit.
[[noreturn]] void read_into(int pipe, const char* disk, std::size_t most) {
  // Left behind it must not hold up whoever reads our output to its end.
  for (const int inherited : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(inherited);
  const int in = ::open(disk, O_RDONLY | O_CLOEXEC);
  std::array<char, 4096> piece;
  std::size_t done = 0;
  while (in >= 0 && done < most) {
    const ssize_t bytes = ::read(in, piece.data(), std::min(piece.size(), most - done));
    if (bytes <= 0 || ::write(pipe, piece.data(), static_cast<std::size_t>(bytes)) != bytes) break;
    done += static_cast<std::size_t>(bytes);
  }
  ::_exit(0);
}

// Until the writer is done; false: not in time.
bool drain(int pipe, std::vector<std::byte>& bytes, Clock::time_point deadline) {
  std::array<std::byte, 4096> piece;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd waiting{pipe, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) return false;
    const ssize_t come = ::read(pipe, piece.data(), piece.size());
    if (come <= 0) return true;
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + come);
  }
}

}  // namespace

DiskStart read_start(const std::filesystem::path& disk, std::size_t most,
                     std::chrono::milliseconds patience) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const base::Fd from(ends[0]);
  base::Fd to(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return {};
  if (child == 0) read_into(to.get(), disk.c_str(), most);
  to.reset();  // so that the end of the child is the end of what comes
  std::vector<std::byte> bytes;
  if (!drain(from.get(), bytes, Clock::now() + patience)) {
    // It ends when the disk lets it; we do not wait for that.
    ::kill(child, SIGKILL);
    return {.hangs = true, .bytes = std::nullopt};
  }
  ::waitpid(child, nullptr, 0);
  if (bytes.empty()) return {};
  return {.hangs = false, .bytes = std::move(bytes)};
}

}  // namespace aoetools
