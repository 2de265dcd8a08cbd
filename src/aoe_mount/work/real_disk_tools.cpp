#include "aoe_mount/work/real_disk_tools.h"

#include "aoe_mount/work/command.h"
#include "aoe_mount/work/layer_tools.h"
#include "aoe_mount/work/mount_users.h"
#include "base/fd.h"
#include "base/units.h"
#include "kernel/attribute.h"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <blkid/blkid.h>
#include <fcntl.h>
#include <fmt/ranges.h>
#include <libmount/libmount.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <unistd.h>

namespace aoe_mount {

namespace {

struct Free {
  void operator()(blkid_struct_probe* probe) const { blkid_free_probe(probe); }
  void operator()(libmnt_context* context) const { mnt_free_context(context); }
};

Outcome outcome_of(const base::Result<>& result, const std::string& done) {
  Outcome outcome;
  outcome.done = result.has_value();
  outcome.text = outcome.done ? done : result.error().message;
  outcome.code = outcome.done ? 0 : result.error().code;
  return outcome;
}

// libmount's own words about what went wrong, and the errno where the kernel said it.
base::Result<> mount_error(libmnt_context* context, int rc, const std::string& what) {
  std::array<char, 512> words{};
  mnt_context_get_excode(context, rc, words.data(), words.size());
  const int code = mnt_context_get_syscall_errno(context);
  std::string text =
      words[0] != '\0' ? words.data() : std::generic_category().message(code != 0 ? code : -rc);
  while (text.ends_with('.') || text.ends_with('\n')) text.pop_back();
  return base::fail_as(code != 0 ? code : (rc < 0 ? -rc : 0), "{}: {}", what, text);
}

// Paths are those of the process: below its own root, which need not be the root of its namespace.
bool enter_namespace_of(std::uint64_t pid) {
  const base::Fd space(::open(fmt::format("/proc/{}/ns/mnt", pid).c_str(), O_RDONLY | O_CLOEXEC));
  const base::Fd root(::open(fmt::format("/proc/{}/root", pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return space && root && ::setns(space.get(), CLONE_NEWNS) == 0 && ::fchdir(root.get()) == 0 &&
         ::chroot(".") == 0;
}

// A mount that propagated from here goes with ours, and all mounts of a namespace go with its last process:
// then there is nothing left to do.
base::Result<> detach_elsewhere(const Detach& order) {
  const int flags = UMOUNT_NOFOLLOW | (order.lazy ? MNT_DETACH : 0);
  if (enter_namespace_of(order.pid)) {
    if (::umount2(order.target.c_str(), flags) == 0 || errno == EINVAL || errno == ENOENT) return {};
  } else if (errno == ENOENT) {
    return {};
  }
  const int code = errno;
  return base::fail_as(
      code,
      "cannot unmount it in a mount namespace of its own: {}; end what runs there, or nsenter "
      "-t {} -m umount {}",
      code == EBUSY ? "it is busy" : std::generic_category().message(code), order.pid, order.target);
}

base::Result<> detach(const Detach& order) {
  if (order.write_out) (void)write_out({order.target, order.pid});
  if (order.pid != 0) return detach_elsewhere(order);
  const std::unique_ptr<libmnt_context, Free> context(mnt_new_context());
  if (!context) return base::fail_errno(ENOMEM, "cannot unmount {}", order.target);
  mnt_context_set_target(context.get(), order.target.c_str());
  mnt_context_enable_lazy(context.get(), order.lazy ? 1 : 0);
  const int rc = mnt_context_umount(context.get());
  if (rc == 0 && mnt_context_get_status(context.get()) == 1) return {};
  return mount_error(context.get(), rc, fmt::format("cannot unmount {}", order.target));
}

Outcome secure(const Secure& order) {
  Outcome outcome = outcome_of(write_out(order), "");
  if (outcome.done)
    outcome.text = make_read_only(order) ? "it is written out and read-only now"
                                         : "it is written out, but not read-only: something writes to it";
  return outcome;
}

base::Result<> swap_on(const SwapOn& order, DiskTools& tools) {
  const auto found = tools.probe(order.device);
  if (!found) return std::unexpected(found.error());
  if (found->type != "swap") {
    return base::fail("{} holds {}, not swap: 'mkswap {}' would make it", order.device,
                      found->type.empty() ? "nothing known" : found->type, order.device);
  }
  const int flags =
      order.priority < 0
          ? 0
          : (SWAP_FLAG_PREFER | ((order.priority << SWAP_FLAG_PRIO_SHIFT) & SWAP_FLAG_PRIO_MASK));
  if (::swapon(order.device.c_str(), flags) != 0)
    return base::fail_errno(errno, "cannot swap on {}", order.device);
  for (const std::string& disk : order.disks) tools.prime_round_trip_time(disk);
  return {};
}

base::Result<> detach_loop(const std::string& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::ioctl(fd.get(), LOOP_CLR_FD, 0) != 0) return base::fail_errno(errno, "cannot detach {}", path);
  return {};
}

base::Result<> release(const Release& order) {
  if (order.name.starts_with("loop")) return detach_loop(order.path);
  const bool is_array = order.name.starts_with("md");
  const std::vector<std::string> words =
      is_array ? std::vector<std::string>{"mdadm", "--stop", order.path}
               : std::vector<std::string>{"dmsetup", "remove", "--retry", order.path};
  const CommandResult run = run_command(words);
  if (!run.found) return base::fail("cannot release {}: there is no {}", order.path, words.front());
  if (run.status != 0) return base::fail("cannot release {}: {}", order.path, run.last_line());
  return {};
}

base::Result<> unload_driver() {
  const CommandResult run = run_command({"modprobe", "-r", "aoe"});
  if (!run.found) return base::fail("there is no modprobe to unload it");
  if (run.status != 0) return base::fail("{}", run.last_line());
  return {};
}

// DirectReader: reads the first sectors of a disk, past all caches.
class DirectReader {
 public:
  static constexpr std::size_t kMost = 4096;

  explicit DirectReader(const std::string& device)
      : fd_(::open(device.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC)) {}
  bool read(std::size_t bytes) { return fd_ && ::pread(fd_.get(), block_.data(), bytes, 0) >= 0; }

 private:
  base::Fd fd_;
  alignas(kMost) std::array<std::byte, kMost> block_{};
};

base::Result<> ask(const Ask& order) {
  if (!DirectReader(order.device).read(DirectReader::kMost))
    return base::fail_errno(errno, "cannot read {}", order.device);
  return {};
}

base::Result<> forget_unused(const ForgetUnused& order) {
  constexpr std::string_view kAll = "all";
  if (const auto written = kernel::write_at_once(order.control, kAll); !written)
    return base::fail("cannot write '{}' to {}", kAll, written.error().message);
  return {};
}

Outcome measure(const Measure& order) {
  struct statvfs usage{};
  Outcome outcome;
  if (::statvfs(order.target.c_str(), &usage) != 0) {
    outcome.code = errno;
    return outcome;
  }
  outcome.done = true;
  outcome.total_bytes = static_cast<std::uint64_t>(usage.f_blocks) * usage.f_frsize;
  outcome.used_bytes = static_cast<std::uint64_t>(usage.f_blocks - usage.f_bfree) * usage.f_frsize;
  return outcome;
}

}  // namespace

base::Result<Signature> RealDiskTools::probe(const std::string& device) {
  const std::unique_ptr<blkid_struct_probe, Free> probe(blkid_new_probe_from_filename(device.c_str()));
  if (!probe) return base::fail_errno(errno, "cannot read {}", device);
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL);
  blkid_probe_enable_partitions(probe.get(), 1);
  blkid_probe_set_partitions_flags(probe.get(), BLKID_PARTS_ENTRY_DETAILS);
  const int rc = blkid_do_safeprobe(probe.get());
  if (rc == -2)
    return base::fail("{} holds signatures of several file systems: wipefs(8) shows them", device);
  if (rc < 0) return base::fail_errno(errno != 0 ? errno : EIO, "cannot read {}", device);
  const auto value = [&](const char* name) {
    const char* text = nullptr;
    return blkid_probe_lookup_value(probe.get(), name, &text, nullptr) == 0 ? std::string(text)
                                                                            : std::string();
  };
  return Signature{
      value("TYPE"),           value("UUID"), value("LABEL"), value("PTTYPE"), value("PART_ENTRY_UUID"),
      value("PART_ENTRY_NAME")};
}

FsckRun RealDiskTools::fsck(const std::string& type, const std::string& device) {
  // -a: repair what can be repaired safely; every checker takes it.
  const CommandResult run = run_command({"fsck." + type, "-a", device});
  return {run.found, run.status, run.last_line()};
}

// Mounts, swap and devices on top claim the device, and O_EXCL asks the kernel for that claim.
base::Result<> RealDiskTools::check_unused(const std::string& device) {
  const base::Fd fd(::open(device.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  if (fd || errno != EBUSY) return {};
  return base::fail_as(
      EBUSY,
      "{} is in use, so it is not checked: it is mounted elsewhere (see 'findmnt -N PID' for "
      "the namespace of a process), swap, or part of another device",
      device);
}

base::Result<> RealDiskTools::check_mount_point(const std::string& target) {
  struct stat status{};
  if (::stat(target.c_str(), &status) != 0) {
    const int code = errno;
    if (code == ENOENT) {
      return base::fail_as(code, "mount point {} does not exist: create it, as in 'mkdir -p {}'", target,
                           target);
    }
    return base::fail_errno(code, "mount point {}", target);
  }
  if (!S_ISDIR(status.st_mode)) {
    return base::fail_as(ENOTDIR, "mount point {} is not a directory", target);
  }
  return {};
}

base::Result<> RealDiskTools::mount(const Attach& order, const std::string& type) {
  const std::unique_ptr<libmnt_context, Free> context(mnt_new_context());
  if (!context) return base::fail_errno(ENOMEM, "cannot mount {}", order.device);
  // No _netdev is added: OpenRC's netmount would unmount such a mount before `down` does, and wait for a dead
  // target as long as the driver does.
  std::string options = fmt::format("{}", fmt::join(order.options, ","));
  if (order.bind) options += options.empty() ? "bind" : ",bind";
  mnt_context_set_source(context.get(), order.device.c_str());
  mnt_context_set_target(context.get(), order.target.c_str());
  if (!type.empty()) mnt_context_set_fstype(context.get(), type.c_str());
  mnt_context_set_options(context.get(), options.c_str());
  const int rc = mnt_context_mount(context.get());
  if (rc == 0 && mnt_context_get_status(context.get()) == 1) return {};
  return mount_error(context.get(), rc, fmt::format("cannot mount {} on {}", order.device, order.target));
}

// Each answer counts for a 256th of the driver's average, and with its deviation, times eight, for what it
// waits: after these it is less than a second. A sector is a frame, whatever the MTU.
void RealDiskTools::prime_round_trip_time(const std::string& disk) {
  constexpr int kSamples = 300;
  DirectReader reader(disk);
  for (int i = 0; i < kSamples && reader.read(base::kSectorBytes);) ++i;
}

Outcome perform(const Work& work) {
  RealDiskTools tools;
  if (const auto* order = std::get_if<Attach>(&work)) return attach(*order, tools);
  if (const auto* order = std::get_if<Measure>(&work)) return measure(*order);
  if (const auto* order = std::get_if<Ask>(&work)) return outcome_of(ask(*order), "it answers");
  if (const auto* order = std::get_if<ForgetUnused>(&work))
    return outcome_of(forget_unused(*order), "forgotten");
  if (const auto* order = std::get_if<Detach>(&work)) return outcome_of(detach(*order), "unmounted");
  if (const auto* order = std::get_if<Secure>(&work)) return secure(*order);
  if (const auto* order = std::get_if<EndUsers>(&work)) {
    end_users(*order);
    return outcome_of({}, "ended");
  }
  if (const auto* order = std::get_if<Release>(&work)) return outcome_of(release(*order), "released");
  if (const auto* order = std::get_if<SwapOn>(&work)) return outcome_of(swap_on(*order, tools), "in use");
  if (const auto* order = std::get_if<Run>(&work)) return outcome_of(run(*order), order->done);
  if (const auto* order = std::get_if<Assemble>(&work)) return outcome_of(assemble(*order), "assembled");
  if (const auto* order = std::get_if<ActivateGroup>(&work)) return outcome_of(activate(*order), "active");
  if (const auto* order = std::get_if<InspectGroup>(&work)) return outcome_of(inspect(*order), "active");
  if (const auto* order = std::get_if<SwapOff>(&work)) {
    if (::swapoff(order->path.c_str()) == 0) return outcome_of({}, "no longer swap");
    return outcome_of(base::fail_errno(errno, "cannot stop swapping on {}", order->path), "");
  }
  if (std::holds_alternative<UnloadDriver>(work)) return outcome_of(unload_driver(), "unloaded");
  Outcome outcome;
  const auto found = tools.probe(std::get<Probe>(work).device);
  outcome.done = found.has_value();
  if (found) {
    outcome.found = *found;
  } else {
    outcome.text = found.error().message;
    outcome.code = found.error().code;
  }
  return outcome;
}

}  // namespace aoe_mount
