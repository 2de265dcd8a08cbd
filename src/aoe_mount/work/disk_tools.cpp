#include "aoe_mount/work/disk_tools.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace aoe_mount {

namespace {

Outcome failed(std::string text, int code = 0) {
  Outcome outcome;
  outcome.code = code;
  outcome.text = std::move(text);
  return outcome;
}

// The names by which drivers mount what libblkid calls by one name.
struct Driver {
  std::string_view type;
  std::string_view found;
};
constexpr std::array<Driver, 8> kDrivers = {{
    {"ext4", "ext2"},
    {"ext4", "ext3"},
    {"ext4", "ext4dev"},
    {"ext3", "ext2"},
    {"msdos", "vfat"},
    {"ntfs3", "ntfs"},
    {"ntfs-3g", "ntfs"},
    {"fuseblk", "ntfs"},
}};

bool takes(const std::string& type, const std::string& found) {
  return type == found || std::any_of(kDrivers.begin(), kDrivers.end(), [&](const Driver& driver) {
           return driver.type == type && driver.found == found;
         });
}

// Why this device cannot be mounted as ordered; empty when it can.
std::string mismatch(const Attach& order, const Signature& found) {
  if (found.type.empty() && !found.partition_table.empty()) {
    return fmt::format(
        "{} holds a {} partition table, not a file system: name one of its partitions, as in "
        "'partition: 1'",
        order.device, found.partition_table);
  }
  if (found.type.empty()) return fmt::format("{} holds no file system that libblkid knows", order.device);
  if (!order.type.empty() && !takes(order.type, found.type)) {
    return fmt::format("{} holds {}, not {} as configured", order.device, found.type, order.type);
  }
  return {};
}

bool is_read_only(const Attach& order) {
  return std::find(order.options.begin(), order.options.end(), "ro") != order.options.end();
}

// AoE does not tell the kernel that an export is read-only: the first write does, with an error like any
// other.
std::string advice(const Attach& order, int code) {
  return code == EIO && !is_read_only(order) ? "; if its export is read-only, write 'options: [ro]'" : "";
}

// fsck(8): 1 and 2 are bits of errors that it has corrected; 4 and up are those that stop us.
std::string fsck_fault(const FsckRun& run, const std::string& type, const std::string& device) {
  if (run.status < 0) return fmt::format("fsck.{} on {} was ended by signal {}", type, device, -run.status);
  if ((run.status & 4) != 0) {
    return fmt::format(
        "fsck.{} found errors on {} that it does not repair by itself: run 'fsck.{} {}' by hand", type,
        device, type, device);
  }
  return fmt::format("fsck.{} could not check {} (exit status {}): {}", type, device, run.status,
                     run.last_line);
}

}  // namespace

Outcome attach(const Attach& order, DiskTools& tools) {
  if (const auto there = tools.check_mount_point(order.target); !there) {
    return failed(there.error().message, there.error().code);
  }
  if (order.bind) {
    if (const auto bound = tools.mount(order, ""); !bound)
      return failed(bound.error().message, bound.error().code);
    Outcome outcome;
    outcome.done = true;
    outcome.text = "bind";
    return outcome;
  }
  const auto found = tools.probe(order.device);
  if (!found) return failed(found.error().message, found.error().code);
  if (std::string reason = mismatch(order, *found); !reason.empty()) return failed(std::move(reason));

  std::string checked;
  if (order.fsck && !is_read_only(order)) {
    // Not every fsck notices by itself that somebody uses the device.
    if (const auto unused = tools.check_unused(order.device); !unused)
      return failed(unused.error().message, unused.error().code);
    const FsckRun run = tools.fsck(found->type, order.device);
    if (!run.found) {
      checked = fmt::format(", not checked: there is no fsck.{}", found->type);
    } else if (run.status < 0 || (run.status & ~3) != 0) {
      // 8: it could not work on the device, as when somebody else is at it.
      const bool busy = run.status > 0 && (run.status & 12) == 8;
      return failed(fsck_fault(run, found->type, order.device), busy ? EBUSY : 0);
    } else {
      checked = run.status == 0 ? ", checked" : ", checked and repaired";
    }
  }
  const std::string& type = order.type.empty() ? found->type : order.type;
  if (const auto mounted = tools.mount(order, type); !mounted)
    return failed(mounted.error().message + advice(order, mounted.error().code), mounted.error().code);
  for (const std::string& disk : order.disks) tools.prime_round_trip_time(disk);
  Outcome outcome;
  outcome.done = true;
  outcome.text = found->type + checked;
  outcome.found = *found;
  return outcome;
}

}  // namespace aoe_mount
