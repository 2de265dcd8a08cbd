#include "aoe_mount/dead_targets/dead_targets.h"

#include <algorithm>
#include <utility>

namespace aoe_mount {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// A root file system whose target has kept a request waiting for so long is not put at risk.
constexpr milliseconds kRootIsWell{2000};

bool is_down(const std::string& name, const kernel::Snapshot& snapshot) {
  const kernel::BlockDevice* device = snapshot.device(name);
  return device == nullptr || !device->is_up();
}

}  // namespace

DeadTargets::Update DeadTargets::update(const kernel::Snapshot& snapshot, Targets wanted) {
  watch_.look(snapshot);
  look(snapshot);
  for (const std::string& name : dead_) wanted.erase(name);
  watch_.ask(wanted, snapshot);
  return give_up(wanted);
}

void DeadTargets::look(const kernel::Snapshot& snapshot) {
  root_.clear();
  for (const kernel::BlockDevice* device : snapshot.beneath_root()) {
    if (device->is_target()) root_.insert(device->name);
  }
  std::erase_if(dead_, [&](const std::string& name) {
    return !is_down(name, snapshot) && watch_.silence_of(name) == milliseconds(0);
  });
  if (std::all_of(dead_.begin(), dead_.end(), [&](const auto& name) { return is_down(name, snapshot); }))
    restore_deadsecs();
  for (const std::string& name : watched_) {
    const kernel::BlockDevice* device = snapshot.device(name);
    if (device != nullptr && !device->is_up() && !dead_.contains(name))
      given_up_before_.insert(device->title());
  }
}

DeadTargets::Update DeadTargets::give_up(const Targets& wanted) {
  Update update;
  if (watch_.silent(wanted, policy_.target_wait).empty()) return update;
  update.silent = watch_.silent(wanted, policy_.target_wait / 2);
  dead_.insert(update.silent.begin(), update.silent.end());
  update.given_up = watch_.silent(root_, kRootIsWell).empty();
  if (!update.given_up) return update;
  deadsecs_lowered_ = true;
  const auto limit = std::max(std::chrono::floor<seconds>(policy_.target_wait / 2), seconds(1));
  if (const auto lowered = world_.driver.lower_deadsecs(limit); !lowered)
    progress_.warning("{}", lowered.error().message);
  return update;
}

void DeadTargets::restore_deadsecs() {
  if (!std::exchange(deadsecs_lowered_, false)) return;
  if (const auto restored = world_.driver.restore_deadsecs(); !restored)
    progress_.warning("{}", restored.error().message);
}

}  // namespace aoe_mount
