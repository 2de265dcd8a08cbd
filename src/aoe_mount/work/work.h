// Work: an order that touches a disk, and so may hang as long as its target is silent. Each piece runs in a
// child process of its own (aoe_mount/work/task.h); these are the orders and the answers that travel.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace aoe_mount {

// Libblkid finds these at the start of a device.
struct Signature {
  std::string type;  // "ext4", "swap", "LVM2_member"; empty: nothing known
  std::string uuid;
  std::string label;
  std::string partition_table;  // "gpt", "dos"; empty: none
  std::string part_uuid{};      // of the partition that the device is, in its table
  std::string part_label{};
};

struct Probe {
  std::string device;
};
// Reads a sector past all caches, to see if the disk answers.
struct Ask {
  std::string device;
};
// Probe, fsck, mount.
struct Attach {
  std::string device;
  std::string target;
  std::string type;  // empty: as probed
  std::vector<std::string> options;
  bool fsck = true;
  bool bind = false;                 // `device` is a directory
  std::vector<std::string> disks{};  // the AoE disks beneath; see DiskTools::prime_round_trip_time()
};
struct SwapOn {
  std::string device;
  int priority = -1;  // -1: the kernel's choice
  std::vector<std::string> disks{};
};
// Runs another program, if there is no library: mdadm, vgchange, cryptsetup, hooks.
struct Run {
  std::vector<std::string> words;
  std::string done;  // what it has done then: "assembled"
};
// Assembles an md array. It starts without members only if it is told so.
struct Assemble {
  std::string path;
  std::vector<std::string> members{};  // none: mdadm.conf knows them
  bool degraded = false;

  std::vector<std::string> words() const;
};
// Activates all volumes of a volume group, or none if it lacks a disk.
struct ActivateGroup {
  std::string name;
};
// Asks LVM if all volumes of a group are active: done if they are.
struct InspectGroup {
  std::string name;
};
struct Detach {
  std::string target;
  bool lazy = false;
  std::uint64_t pid = 0;   // in the mount namespace of this process; 0: in ours
  bool write_out = false;  // before it is unmounted lazily
};
// Ends the processes that use a mount. It spares the process that asks and its ancestors.
struct EndUsers {
  std::string target;
  std::uint64_t pid = 0;  // as of Detach
  bool kill = false;      // SIGKILL instead of SIGTERM
};
// Writes out a file system that stays mounted, and makes it read-only.
struct Secure {
  std::string target;
  std::uint64_t pid = 0;  // as of Detach
};
struct SwapOff {
  std::string path;
};
// Takes a device off what it stands on: device-mapper, md, loop.
struct Release {
  std::string name;  // the kernel's: "dm-0", "md127", "loop3"
  std::string path;
};
// Measures how full a mounted file system is.
struct Measure {
  std::string target;
};
// The driver forgets the disks that nobody has open.
struct ForgetUnused {
  std::string control;  // the driver's file for that, "/dev/etherd/flush"
};
struct UnloadDriver {};
using Work = std::variant<Probe, Ask, Attach, Detach, EndUsers, Secure, SwapOn, SwapOff, Run, Assemble,
                          ActivateGroup, InspectGroup, Release, Measure, ForgetUnused, UnloadDriver>;

struct Outcome {
  bool done = false;
  int code = 0;                   // errno, where one was the reason
  std::string text;               // what was done, or why it was not
  Signature found;                // of Probe and Attach
  std::uint64_t total_bytes = 0;  // of Measure
  std::uint64_t used_bytes = 0;
};

std::string pack(const Outcome& outcome);
// False when the text is not whole, as when the child was killed.
bool unpack(const std::string& text, Outcome& outcome);

}  // namespace aoe_mount
