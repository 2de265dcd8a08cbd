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

// Returns why it stays; empty when it is unloaded.
std::string unload(const World& world) {
  const int job = world.tasks.start(UnloadDriver{});
  const auto end = world.tasks.now() + kUnloadWait;
  while (world.tasks.now() < end) {
    for (const Finished& finished : world.tasks.wait(end)) {
      if (finished.job != job) continue;
      if (finished.outcome.done) world.driver.note_unloaded();
      return finished.outcome.done ? "" : finished.outcome.text;
    }
  }
  world.tasks.abandon(job);
  return fmt::format("unloading it takes longer than {}", base::duration_text(kUnloadWait));
}

// False when somebody uses the driver after all.
bool undo_driver(const LeftBehind& left_behind, const World& world, Progress& progress) {
  if (!world.driver.is_loaded()) {
    world.driver.note_unloaded();
  } else if (left_behind.silent_targets) {
    progress.warning("the driver aoe stays loaded: it may still be ending the requests of a silent target");
  } else if (const std::string reason = unload(world); !reason.empty()) {
    progress.warning("the driver aoe stays loaded, and the interfaces up: {}", reason);
    return false;
  } else {
    progress.ok("the driver aoe is unloaded");
  }
  return true;
}

// Other users of an interface or the driver get the settings from before `up`.
void restore_settings(const Changes& changes, const World& world, Progress& progress) {
  const auto tell = [&](const base::Result<>& done, std::string_view what) {
    if (done) {
      progress.ok("{}", what);
    } else {
      progress.warning("{}", done.error().message);
    }
  };
  if (!changes.parameters.empty())
    tell(world.driver.restore_parameters(), "the driver's parameters are restored");
  for (const auto& [name, mtu] : changes.mtus)
    tell(world.network.restore_mtu(name), fmt::format("interface {} has its MTU of {} again", name, mtu));
}

void undo_all(const LeftBehind& left_behind, const World& world, Progress& progress) {
  if (const auto result = world.driver.restore_deadsecs(); !result)
    progress.warning("{}", result.error().message);
  const Changes changes = world.inspector.changes();
  if (changes.empty()) return;
  if (left_behind.root) {
    progress.ok("the driver and the interfaces stay: the root file system is on AoE");
    return;
  }
  const auto users = users_left(world);
  if (users.value_or(left_behind.lazy_mounts ? 1 : 0) > 0) {
    progress.warning("AoE devices are still in use: the interfaces stay up, and the driver stays loaded");
    return;
  }
  if (changes.driver && !undo_driver(left_behind, world, progress)) return;
  restore_settings(changes, world, progress);
  for (const std::string& name : changes.interfaces) {
    if (const std::string user = world.network.user_of(name); !user.empty()) {
      progress.warning("interface {} stays up: {}", name, user);
    } else if (const auto lowered = world.network.lower(name); !lowered) {
      progress.warning("{}", lowered.error().message);
    } else {
      progress.ok("interface {} put down again", name);
    }
  }
}

}  // namespace

std::optional<unsigned> users_left(const World& world) {
  const auto end = world.tasks.now() + kUsersGo;
  for (;;) {
    const auto users = world.driver.user_count();
    if (!users || *users == 0 || world.tasks.now() >= end) return users;
    (void)world.tasks.wait(world.tasks.now() + kLookAgain);
  }
}

void undo_up(const LeftBehind& left_behind, const World& world, Progress& progress) {
  undo_all(left_behind, world, progress);
  if (const std::string problem = world.inspector.ledger_problem(); !problem.empty())
    progress.warning("{}: it still lists changes that are undone", problem);
}

}  // namespace aoe_mount
