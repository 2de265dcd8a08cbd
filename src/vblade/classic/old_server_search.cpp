#include "base/number.h"
#include "kernel/processes.h"
#include "vblade/classic/old_server.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>
#include <optional>
#include <system_error>

#include <fmt/format.h>

namespace vblade {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kArguments = 4;  // SHELF SLOT NETIF FILE

bool is_classic(const std::vector<std::string>& words) {
  if (words.size() <= kArguments) return false;
  const std::string program = fs::path(words.front()).filename().string();
  return program == "vblade" || program == "vbladed";
}

// Since its first instruction, and whatever its file has become: also a server whose package was replaced.
bool is_ours(const fs::path& proc, std::uint64_t pid) {
  const std::string text = kernel::process_status(proc, pid, "SigBlk");
  std::uint64_t blocked = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), blocked, 16);
  const auto blocks = [&](int signal) { return (blocked >> (signal - 1) & 1) != 0; };
  return blocks(SIGTERM) && blocks(SIGINT) && blocks(SIGHUP);
}

// The process and what has started it: a shell that writes its log, and what watches over that.
std::vector<std::uint64_t> ancestry(const fs::path& proc, pid_t pid) {
  std::vector<std::uint64_t> ids;
  for (auto id = static_cast<std::uint64_t>(pid); id > 1 && ids.size() < 3;) {
    ids.push_back(id);
    id = base::parse_number(kernel::process_status(proc, id, "PPid")).value_or(0);
  }
  return ids;
}

// "home" of "vblade-home.pid", as vblade-25 has it, and of "vblade.home.pid".
std::optional<std::string> service_of(const std::string& file) {
  constexpr std::string_view kBegin = "vblade", kEnd = ".pid";
  if (!file.starts_with(kBegin) || !file.ends_with(kEnd) || file.size() <= kBegin.size() + 1 + kEnd.size())
    return std::nullopt;
  if (file[kBegin.size()] != '-' && file[kBegin.size()] != '.') return std::nullopt;
  return file.substr(kBegin.size() + 1, file.size() - kBegin.size() - 1 - kEnd.size());
}

bool holds_one_of(const fs::path& pid_file, const std::vector<std::uint64_t>& ids) {
  std::ifstream in(pid_file);
  std::string text;
  if (!(in >> text)) return false;
  const auto id = base::parse_number(text);
  return id && std::find(ids.begin(), ids.end(), *id) != ids.end();
}

// The unit of systemd, if it is one of a vblade.
std::optional<std::string> unit_of(const fs::path& process) {
  std::ifstream lines(process / "cgroup");
  for (std::string line; std::getline(lines, line);) {
    const std::string last = line.substr(line.rfind('/') + 1);
    if (last.starts_with("vblade") && last.ends_with(".service")) return last;
  }
  return std::nullopt;
}

// vblade-persist has each server watched over by runit.
bool is_supervised(const fs::path& proc, const std::vector<std::uint64_t>& ids) {
  return ids.size() > 1 && kernel::process_name(proc, ids[1]) == "runsv";
}

std::string stop_command(const fs::path& proc, const fs::path& run, pid_t pid,
                         const std::vector<std::string>& words) {
  const auto ids = ancestry(proc, pid);
  std::error_code reason;
  for (const auto& entry : fs::directory_iterator(run, reason)) {
    const auto service = service_of(entry.path().filename().string());
    if (service && holds_one_of(entry.path(), ids)) return fmt::format("rc-service vblade.{} stop", *service);
  }
  // Debian's: a kill would only have it started again.
  for (const auto& entry : fs::directory_iterator(run / "vblade", reason)) {
    if (entry.path().extension() == ".pid" && holds_one_of(entry.path(), ids))
      return fmt::format("/etc/init.d/vblade stop {}", entry.path().stem().string());
  }
  if (is_supervised(proc, ids))
    return fmt::format("vblade-persist stop {} {}", words[words.size() - kArguments],
                       words[words.size() - kArguments + 1]);
  if (const auto unit = unit_of(proc / fmt::to_string(pid))) return fmt::format("systemctl stop {}", *unit);
  return fmt::format("kill {}", pid);
}

// What only the same user or root may see. False of a process that is ending: it has no directory and no
// network any more, and its relative paths would be taken for ours.
bool look_inside(const fs::path& proc, const fs::path& process, OldServer& server) {
  std::error_code reason;
  server.directory = fs::read_symlink(process / "cwd", reason).string();
  if (reason == std::errc::no_such_file_or_directory || reason == std::errc::no_such_process) return false;
  const fs::path theirs = fs::read_symlink(process / "ns" / "net", reason);
  if (!reason) server.in_this_network = theirs == fs::read_symlink(proc / "self" / "ns" / "net", reason);
  fs::directory_iterator files(process / "fd", reason);
  for (; !reason && files != fs::directory_iterator(); files.increment(reason)) {
    struct stat status{};
    if (::stat(files->path().c_str(), &status) != 0) continue;
    if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) server.files.push_back(file_id(status));
  }
  server.files_are_known = !server.files.empty();  // else it has not opened its own yet
  return true;
}

}  // namespace

std::vector<OldServer> find_old_servers(const fs::path& proc, const fs::path& run) {
  std::vector<OldServer> servers;
  for (const std::uint64_t pid : kernel::process_ids(proc)) {
    std::vector<std::string> words = kernel::process_words(proc, pid);
    if (!is_classic(words)) continue;
    const std::string state = kernel::process_status(proc, pid, "State");
    if (state.empty() || state.starts_with('Z') || is_ours(proc, pid)) continue;
    words.erase(words.begin());
    OldServer server{.pid = static_cast<pid_t>(pid), .words = std::move(words)};
    if (!look_inside(proc, proc / fmt::to_string(pid), server)) continue;
    server.stop = stop_command(proc, run, server.pid, server.words);
    servers.push_back(std::move(server));
  }
  return servers;
}

}  // namespace vblade
