#include "vblade/process/confinement.h"

#include "base/fd.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <linux/netlink.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vblade {

namespace {

// A list of what is forbidden, for the list of what is needed differs between C libraries and their releases,
// and a server that dies of an update is none. No right is left that the rest could abuse. A machine that has
// no such call, like those that only 32-bit ones have, skips its line.
constexpr int kForbidden[] = {
    // Other programs and processes.
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(kcmp), SCMP_SYS(pidfd_getfd),
#ifndef __SANITIZE_ADDRESS__  // its search for leaks is a debugger
    SCMP_SYS(ptrace),
#endif
    // Another view of the system.
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns),
    SCMP_SYS(unshare), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsmount),
    SCMP_SYS(fspick), SCMP_SYS(fsconfig), SCMP_SYS(mount_setattr),
    // The kernel's wide flanks.
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(personality), SCMP_SYS(quotactl), SCMP_SYS(acct),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_settime64), SCMP_SYS(stime),
    SCMP_SYS(umount), SCMP_SYS(sethostname), SCMP_SYS(setdomainname)};

// What clone() can make besides a process: with a user namespace come all rights in it.
constexpr unsigned long kNamespaces[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                         CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
#ifdef __s390__
constexpr unsigned kCloneFlags = 1;  // the argument that holds them
#else
constexpr unsigned kCloneFlags = 0;
#endif

// clone3() has its flags in memory, where a filter cannot look: without it the C library calls clone().
int forbid_namespaces(void* filter) {
  int status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  for (const unsigned long flag : kNamespaces) {
    if (status != 0) return status;
    const scmp_arg_cmp has_flag{kCloneFlags, SCMP_CMP_MASKED_EQ, flag, flag};
    status = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &has_flag);
  }
  return status;
}

// The sockets in use: the control socket and the log's (AF_UNIX), and events of interfaces (AF_NETLINK).
// Packet sockets come from the opener.
int forbid_other_sockets(void* filter) {
  int status = 0;
  const auto forbid = [&](scmp_compare compare, unsigned family) {
    const scmp_arg_cmp is_family{0, compare, family, 0};
    if (status == 0)
      status = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, &is_family);
  };
  for (unsigned family = 0; family < AF_NETLINK; ++family) {
    if (family != AF_UNIX) forbid(SCMP_CMP_EQ, family);
  }
  forbid(SCMP_CMP_GT, AF_NETLINK);
  const scmp_arg_cmp other_netlink[] = {{0, SCMP_CMP_EQ, AF_NETLINK, 0}, {2, SCMP_CMP_NE, NETLINK_ROUTE, 0}};
  if (status == 0)
    status =
        seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPROTONOSUPPORT), SCMP_SYS(socket), 2, other_netlink);
  return status;
}

// The account, for root: nobody else can become it or give it anything.
base::Result<passwd> account(const std::string& user) {
  errno = 0;
  const passwd* found = ::getpwnam(user.c_str());
  if (found == nullptr) return base::fail("there is no user '{}'", user);
  if (::geteuid() != 0)
    return base::fail("only root can become the user '{}': leave --user out, or start as root", user);
  return *found;
}

}  // namespace

base::Result<> give_directories(const std::string& user,
                                const std::vector<std::filesystem::path>& directories) {
  const auto found = account(user);
  if (!found) return std::unexpected(found.error());
  for (const auto& directory : directories) {
    std::error_code reason;
    if (directory.empty() || std::filesystem::exists(directory, reason)) continue;
    std::filesystem::create_directories(directory, reason);
    if (reason || ::chown(directory.c_str(), found->pw_uid, found->pw_gid) != 0)
      return base::fail("cannot make '{}': {}", directory.string(),
                        reason ? reason.message() : std::generic_category().message(errno));
  }
  return {};
}

base::Result<> give_files(const std::string& user, const std::vector<std::filesystem::path>& files) {
  const auto found = account(user);
  if (!found) return std::unexpected(found.error());
  for (const auto& file : files) {
    // The directory may be the user's, who can put a link to another's file there: what is looked at is what
    // is given.
    const base::Fd fd(::open(file.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status{};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1 ||
        status.st_uid != 0)
      continue;
    if (::fchownat(fd.get(), "", found->pw_uid, found->pw_gid, AT_EMPTY_PATH) != 0)
      return base::fail_errno(errno, "cannot give '{}' to the user '{}'", file.string(), user);
  }
  return {};
}

base::Result<> become(const std::string& user) {
  const auto found = account(user);
  if (!found) return std::unexpected(found.error());
  // With the last of root's user ids its capabilities go.
  if (::setgroups(0, nullptr) != 0 || ::setresgid(found->pw_gid, found->pw_gid, found->pw_gid) != 0 ||
      ::setresuid(found->pw_uid, found->pw_uid, found->pw_uid) != 0)
    return base::fail_errno(errno, "cannot become the user '{}'", user);
  return {};
}

base::Result<> give_up_system_calls() {
  const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                 &seccomp_release);
  int status = filter ? 0 : -ENOMEM;
  // Slow speculation is for who runs others' code.
  if (status == 0) status = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1);
  for (const int call : kForbidden) {
    if (status == 0) status = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);
  }
  if (status == 0) status = forbid_namespaces(filter.get());
  if (status == 0) status = forbid_other_sockets(filter.get());
  if (status == 0) status = seccomp_load(filter.get());  // sets no_new_privs, too
  if (status != 0) return base::fail_errno(-status, "cannot restrict its system calls");
  return {};
}

}  // namespace vblade
