#include "aoe_mount/work/mount_users.h"

#include "base/fd.h"
#include "base/number.h"
#include "kernel/open_files.h"
#include "kernel/processes.h"

#include <cerrno>
#include <csignal>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace aoe_mount {

namespace {

namespace fs = std::filesystem;

std::set<std::uint64_t> ancestors_of(const fs::path& proc, std::uint64_t pid) {
  std::set<std::uint64_t> found;
  while (pid > 0 && found.insert(pid).second)
    pid = base::parse_number(kernel::process_status(proc, pid, "PPid")).value_or(0);
  return found;
}

fs::path namespace_of(const fs::path& proc, const std::string& process) {
  std::error_code gone;
  return fs::read_symlink(proc / process / "ns" / "mnt", gone);
}

std::string path_of(const Secure& order) {
  return order.pid == 0 ? order.target : fmt::format("/proc/{}/root{}", order.pid, order.target);
}

}  // namespace

// Paths of processes in other namespaces may have the same text, and mean something else.
std::vector<std::uint64_t> processes_to_end(const fs::path& proc, const EndUsers& order, std::uint64_t self) {
  const fs::path space = namespace_of(proc, std::to_string(order.pid != 0 ? order.pid : self));
  const std::set<std::uint64_t> spared = ancestors_of(proc, self);
  auto pids = kernel::processes_below(proc, order.target);
  std::erase_if(pids, [&](std::uint64_t pid) {
    return pid == 1 || spared.contains(pid) || namespace_of(proc, std::to_string(pid)) != space;
  });
  return pids;
}

void end_users(const EndUsers& order) {
  const auto self = static_cast<std::uint64_t>(::getpid());
  for (const std::uint64_t pid : processes_to_end("/proc", order, self))
    (void)::kill(static_cast<pid_t>(pid), order.kill ? SIGKILL : SIGTERM);
}

base::Result<> write_out(const Secure& order) {
  const base::Fd fd(::open(path_of(order).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::syncfs(fd.get()) != 0) return base::fail_errno(errno, "cannot write out {}", order.target);
  return {};
}

// The kernel replaces all flags of a mount, so those that it has are given again. A mount of another
// namespace cannot be changed from here.
bool make_read_only(const Secure& order) {
  struct statvfs now{};
  if (order.pid != 0 || ::statvfs(order.target.c_str(), &now) != 0) return false;
  unsigned long flags = MS_REMOUNT | MS_RDONLY;
  for (const auto& [has, set] : {std::pair{ST_NOSUID, MS_NOSUID},
                                 {ST_NODEV, MS_NODEV},
                                 {ST_NOEXEC, MS_NOEXEC},
                                 {ST_NOATIME, MS_NOATIME},
                                 {ST_NODIRATIME, MS_NODIRATIME}}) {
    if ((now.f_flag & static_cast<unsigned long>(has)) != 0) flags |= static_cast<unsigned long>(set);
  }
  return ::mount(nullptr, order.target.c_str(), nullptr, flags, nullptr) == 0;
}

}  // namespace aoe_mount
