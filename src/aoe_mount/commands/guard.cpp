#include "aoe_mount/commands/guard.h"

#include "aoe_mount/dead_targets/dead_targets.h"
#include "aoe_mount/stack/stack.h"
#include "base/units.h"

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

constexpr std::chrono::milliseconds kLookAgain{500};
constexpr std::chrono::milliseconds kAskUnusedAgain{5000};  // a fleet's disks are many

void add_in_use(Targets& targets, const kernel::Snapshot& snapshot) {
  for (const Layer& layer : stack_on_aoe(snapshot)) {
    for (const kernel::BlockDevice* target : snapshot.targets_beneath(layer.device))
      targets.insert(target->name);
  }
}

// A disk that the driver has not forgotten, or knows again, has a reader.
void add_unused(Targets& targets, const kernel::Snapshot& snapshot, const DeadTargets& dead) {
  for (const kernel::BlockDevice& device : snapshot.devices) {
    if (device.is_target() && device.is_up() && !dead.has_answered_within(device.name, kAskUnusedAgain))
      targets.insert(device.name);
  }
}

std::string titles(const Targets& targets, const kernel::Snapshot& snapshot) {
  std::vector<std::string> found;
  for (const std::string& name : targets) {
    if (const kernel::BlockDevice* device = snapshot.device(name)) found.push_back(device->title());
  }
  return fmt::format("{}", fmt::join(found, ", "));
}

}  // namespace

void guard_shutdown(const config::DownPolicy& policy, const std::function<bool()>& goes_on,
                    const World& world, Progress& progress) {
  // LVM, mdadm and udev read also unused disks, and would wait for a dead one. The driver knows how fast a
  // disk answers only while that is open, so it would notice late, too.
  world.tasks.start(world.driver.forget_unused());
  DeadTargets dead(policy, world, progress);
  // A target stays in here after its mount has gone: that is out of sight once its umount begins to hang.
  Targets in_use;
  while (goes_on()) {
    const kernel::Snapshot snapshot = world.inspector.look();
    add_in_use(in_use, snapshot);
    Targets targets = in_use;
    add_unused(targets, snapshot, dead);
    const auto [silent, given_up] = dead.update(snapshot, std::move(targets));
    if (!silent.empty() && given_up) {
      progress.warning("{}: no answer for {} while services stopped; given up; unwritten data is lost",
                       titles(silent, snapshot), base::duration_text(policy.target_wait));
    }
    for (const Finished& finished : world.tasks.wait(world.tasks.now() + kLookAgain)) dead.take(finished);
  }
  dead.stop_asking();
  if (dead.root_is_on_aoe()) dead.restore_deadsecs();
}

}  // namespace aoe_mount
