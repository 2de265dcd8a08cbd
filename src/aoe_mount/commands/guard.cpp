#include "aoe_mount/commands/guard.h"

#include "aoe_mount/dead_targets/surrender.h"
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

// Somebody is just reading these: they were not forgotten, or have come back since.
void add_unused(Targets& targets, const kernel::Snapshot& snapshot, const TargetWatch& watch) {
  for (const kernel::BlockDevice& device : snapshot.devices) {
    if (device.is_target() && device.is_up() && !watch.has_answered_within(device.name, kAskUnusedAgain))
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

void guard_shutdown(const config::DownPolicy& policy, const std::function<bool()>& goes_on, Machine& machine,
                    Progress& progress) {
  // LVM, mdadm and udev read also the disks that nothing stands on, and the driver would let them wait for a
  // dead one. It knows how fast a disk answers only while that is open, so that it would notice late, too.
  machine.start(machine.forget_unused());
  TargetWatch watch(machine);
  Surrender surrender(policy, machine, progress);
  // What was in use at any time: a mount is out of sight as soon as its umount begins to hang.
  Targets in_use;
  while (goes_on()) {
    const kernel::Snapshot snapshot = machine.look();
    watch.look(snapshot);
    surrender.look(snapshot, watch);
    add_in_use(in_use, snapshot);
    Targets targets = in_use;
    add_unused(targets, snapshot, watch);
    for (const std::string& name : surrender.dead()) targets.erase(name);
    watch.ask(targets, snapshot);
    const Targets due = surrender.due(targets, watch);
    if (!due.empty() && surrender.give_up(due, watch)) {
      progress.warning("{}: no answer for {} while services stopped; given up; unwritten data is lost",
                       titles(due, snapshot), base::duration_text(policy.target_wait));
    }
    for (const Finished& finished : machine.wait(machine.now() + kLookAgain)) watch.take(finished);
  }
  watch.stop_asking();
  if (surrender.root_is_on_aoe()) surrender.restore_deadsecs();
}

}  // namespace aoe_mount
