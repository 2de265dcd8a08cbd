#include "aoe_mount/work/command.h"

#include "base/fd.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace aoe_mount {

std::string CommandResult::last_line() const {
  std::string_view rest = output;
  while (!rest.empty()) {
    const std::size_t start = rest.find_last_of('\n') + 1;
    const std::string_view line = rest.substr(start);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) return std::string(line);
    rest = start == 0 ? std::string_view{} : rest.substr(0, start - 1);
  }
  return fmt::format("exit status {}", status);
}

std::string find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  const std::string places = std::string(path != nullptr ? path : "") + ":/usr/sbin:/sbin";
  std::string_view rest = places;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) {
      std::string file = fmt::format("{}/{}", rest.substr(0, end), name);
      if (::access(file.c_str(), X_OK) == 0) return file;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

CommandResult run_command(const std::vector<std::string>& words) {
  CommandResult result;
  const std::string program = find_program(words.front());
  std::array<int, 2> ends{};
  if (program.empty() || ::pipe2(ends.data(), O_CLOEXEC) != 0) return result;
  const base::Fd ours(ends[0]);
  base::Fd theirs(ends[1]);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), 2);
  // This program ignores SIGPIPE; others expect to end by it.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int refused = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (refused != 0) return result;
  result.found = true;
  theirs.reset();
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t count = ::read(ours.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    result.output.append(piece.data(), static_cast<std::size_t>(count));
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

}  // namespace aoe_mount
