#include "mount/guard.h"

#include "base/units.h"
#include "mount/stack.h"
#include "mount/surrender.h"

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

constexpr std::chrono::milliseconds kLookAgain{500};

void add_in_use(Targets& targets, const Snapshot& snapshot) {
  for (const Piece& piece : stack_on_aoe(snapshot)) {
    for (const BlockDevice* target : snapshot.targets_beneath(piece.device)) targets.insert(target->name);
  }
}

std::string titles(const Targets& targets, const Snapshot& snapshot) {
  std::vector<std::string> found;
  for (const std::string& name : targets) {
    if (const BlockDevice* device = snapshot.device(name)) found.push_back(device->title());
  }
  return fmt::format("{}", fmt::join(found, ", "));
}

}  // namespace

void guard_shutdown(const config::DownPolicy& policy, const std::function<bool()>& goes_on, Machine& machine,
                    Story& story) {
  TargetWatch watch(machine);
  Surrender surrender(policy, machine, story);
  Targets
      targets;  // what was in use at any time: a mount is out of sight as soon as its umount begins to hang
  while (goes_on()) {
    const Snapshot snapshot = machine.look();
    watch.look(snapshot);
    surrender.look(snapshot, watch);
    if (surrender.dead().empty()) {
      add_in_use(targets, snapshot);
      watch.ask(targets, snapshot);
      const Targets due = surrender.due(targets, watch);
      if (!due.empty() && surrender.give_up(due, watch)) {
        story.warning(
            "{}: no answer for {} while services stopped; given up, what was not written yet is lost",
            titles(due, snapshot), base::duration_text(policy.target_wait));
      }
    }
    for (const Finished& finished : machine.wait(machine.now() + kLookAgain)) watch.take(finished);
  }
  watch.stop_asking();
  if (surrender.root_is_on_aoe()) surrender.be_patient_again();
}

}  // namespace aoe_mount
