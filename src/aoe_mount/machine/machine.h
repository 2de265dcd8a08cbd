// Machine: the outside world of `up`, `down` and `status`. The real one is aoe_mount/machine/real_machine.h;
// tests/unit/aoe_mount has a recording fake, so that the order of things, time-outs and failures are tested
// without root or sleeping.
#pragma once

#include "aoe_mount/machine/ledger.h"
#include "aoe_mount/work/work.h"
#include "base/result.h"
#include "kernel/namespaces.h"
#include "kernel/snapshot.h"
#include "net/interface.h"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace aoe_mount {

using Targets = std::set<std::string, std::less<>>;  // AoE disks by their names in sysfs

struct Finished {
  int job = 0;
  Outcome outcome;
};

class Machine {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Machine() = default;

  virtual Clock::time_point now() = 0;
  virtual kernel::Snapshot look() = 0;

  // The aoe driver.
  virtual bool has_driver() = 0;
  virtual base::Result<> load_driver() = 0;
  // Only these are searched for targets; none: all.
  virtual base::Result<> use_interfaces(const std::vector<std::string>& names) = 0;
  virtual base::Result<> discover() = 0;
  // The order for start() to forget the disks that nobody has open.
  virtual ForgetUnused forget_unused() = 0;
  // "aoe_deadsecs", "aoe_maxout".
  virtual base::Result<> set_driver_parameter(const std::string& name, std::uint32_t value) = 0;
  // As the driver had its parameters before use_interfaces() and set_driver_parameter(), if it was there
  // then.
  virtual base::Result<> restore_driver_parameters() = 0;
  // From now on the driver gives up every target that has let a request wait for longer than this, instead of
  // minutes.
  virtual base::Result<> lower_deadsecs(std::chrono::seconds patience) = 0;
  // As patient again as before that; nothing when it never was.
  virtual base::Result<> restore_deadsecs() = 0;
  // How many have AoE devices open; nothing where the kernel does not count them (a driver that is no
  // module).
  virtual std::optional<unsigned> driver_users() = 0;

  virtual base::Result<std::vector<net::Interface>> interfaces() = 0;
  // Up without touching addresses. True: it was down before.
  virtual base::Result<bool> raise_interface(const std::string& name) = 0;
  virtual base::Result<> lower_interface(const std::string& name) = 0;
  // Why an interface has to stay up: "it has the address 10.0.0.1"; empty: nobody needs it.
  virtual std::string interface_user(const std::string& name) = 0;

  // What the calls above and set_mtu() changed, also in earlier runs, and nobody has undone.
  virtual Changes changes() = 0;
  // UnloadDriver has done its work.
  virtual void driver_is_unloaded() = 0;
  virtual base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) = 0;
  // What it was before set_mtu(); an interface that has gone has nothing to restore.
  virtual base::Result<> restore_mtu(const std::string& name) = 0;
  // Where symbolic links of /dev lead: "/dev/vg/home" to "/dev/dm-0". The path itself when it is not there.
  virtual std::string resolve(const std::string& path) = 0;

  // Starts work in a process of its own, and returns its number.
  virtual int start(const Work& work) = 0;
  // Leaves it to itself; it will not be reported.
  virtual void abandon(int job) = 0;
  // Sleeps until a block device comes, goes or changes, work is finished, or it is `until`.
  virtual std::vector<Finished> wait(Clock::time_point until) = 0;
  // Somebody wants this run to come to its end; wait() returns when that happens.
  virtual bool has_end_signal() = 0;

  // Who has something open below this directory: "bash (pid 4711)". At most a handful.
  virtual std::vector<std::string> users_of(const std::string& directory) = 0;
  // What is mounted where no umount of ours reaches.
  virtual std::vector<kernel::MountElsewhere> mounts_elsewhere() = 0;
};

}  // namespace aoe_mount
