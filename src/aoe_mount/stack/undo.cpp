#include "aoe_mount/stack/undo.h"

#include "base/units.h"

#include <chrono>
#include <optional>

namespace aoe_mount {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kUsersGo{2000};  // udev may still be looking at what has just been released
constexpr milliseconds kLookAgain{100};
constexpr milliseconds kUnloadWait{5000};

// None where the kernel does not count them.
std::optional<unsigned> users_left(Machine& machine) {
  const auto end = machine.now() + kUsersGo;
  for (;;) {
    const auto users = machine.driver_users();
    if (!users || *users == 0 || machine.now() >= end) return users;
    (void)machine.wait(machine.now() + kLookAgain);
  }
}

// Why it stays; empty when it is unloaded.
std::string unload(Machine& machine) {
  const int job = machine.start(UnloadDriver{});
  const auto end = machine.now() + kUnloadWait;
  while (machine.now() < end) {
    for (const Finished& finished : machine.wait(end)) {
      if (finished.job != job) continue;
      if (finished.outcome.done) machine.driver_is_unloaded();
      return finished.outcome.done ? "" : finished.outcome.text;
    }
  }
  machine.abandon(job);
  return fmt::format("unloading it takes longer than {}", base::duration_text(kUnloadWait));
}

// False when somebody uses the driver after all.
bool undo_driver(const LeftBehind& left_behind, Machine& machine, Progress& progress) {
  if (!machine.has_driver()) {
    machine.driver_is_unloaded();
  } else if (left_behind.silent_targets) {
    progress.warning("the driver aoe stays loaded: it may still be ending the requests of a silent target");
  } else if (const std::string reason = unload(machine); !reason.empty()) {
    progress.warning("the driver aoe stays loaded, and the interfaces up: {}", reason);
    return false;
  } else {
    progress.ok("the driver aoe is unloaded");
  }
  return true;
}

// Whoever else lives on an interface, or with the driver, did so with what was there before.
void restore_settings(const Changes& changes, Machine& machine, Progress& progress) {
  const auto tell = [&](const base::Result<>& done, std::string_view what) {
    if (done) {
      progress.ok("{}", what);
    } else {
      progress.warning("{}", done.error().message);
    }
  };
  if (!changes.parameters.empty())
    tell(machine.restore_driver_parameters(), "the driver's parameters are restored");
  for (const auto& [name, mtu] : changes.mtus)
    tell(machine.restore_mtu(name), fmt::format("interface {} has its MTU of {} again", name, mtu));
}

}  // namespace

void undo_up(const LeftBehind& left_behind, Machine& machine, Progress& progress) {
  if (const auto result = machine.restore_deadsecs(); !result) progress.warning("{}", result.error().message);
  const Changes changes = machine.changes();
  if (changes.empty()) return;
  if (left_behind.root) {
    progress.ok("the driver and the interfaces stay: the root file system is on AoE");
    return;
  }
  const auto users = users_left(machine);
  if (users.value_or(left_behind.lazy_mounts ? 1 : 0) > 0) {
    progress.warning("AoE devices are still in use: the interfaces stay up, and the driver stays loaded");
    return;
  }
  if (changes.driver && !undo_driver(left_behind, machine, progress)) return;
  restore_settings(changes, machine, progress);
  for (const std::string& name : changes.interfaces) {
    if (const std::string user = machine.interface_user(name); !user.empty()) {
      progress.warning("interface {} stays up: {}", name, user);
    } else if (const auto lowered = machine.lower_interface(name); !lowered) {
      progress.warning("{}", lowered.error().message);
    } else {
      progress.ok("interface {} put down again", name);
    }
  }
}

}  // namespace aoe_mount
