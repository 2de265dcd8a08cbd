#include "aoe_mount/dead_targets/surrender.h"

#include <algorithm>
#include <utility>

namespace aoe_mount {

using std::chrono::seconds;

namespace {

bool is_down(const std::string& name, const kernel::Snapshot& snapshot) {
  const kernel::BlockDevice* device = snapshot.device(name);
  return device == nullptr || !device->is_up();
}

// A root file system whose target has kept a request waiting for so long is not put at risk.
constexpr std::chrono::milliseconds kRootIsWell{2000};

}  // namespace

void Surrender::look(const kernel::Snapshot& snapshot, const TargetWatch& watch) {
  root_.clear();
  for (const kernel::BlockDevice* device : snapshot.beneath_root()) {
    if (device->is_target()) root_.insert(device->name);
  }
  std::erase_if(dead_, [&](const std::string& name) {
    return !is_down(name, snapshot) && watch.silence_of(name) == std::chrono::milliseconds(0);
  });
  if (std::all_of(dead_.begin(), dead_.end(), [&](const auto& name) { return is_down(name, snapshot); }))
    restore_deadsecs();
}

Targets Surrender::due(const Targets& targets, const TargetWatch& watch) const {
  if (watch.silent(targets, policy_.target_wait).empty()) return {};
  return watch.silent(targets, policy_.target_wait / 2);
}

bool Surrender::give_up(const Targets& silent, const TargetWatch& watch) {
  dead_.insert(silent.begin(), silent.end());
  if (!watch.silent(root_, kRootIsWell).empty()) return false;
  deadsecs_lowered_ = true;
  const auto patience = std::max(std::chrono::floor<seconds>(policy_.target_wait / 2), seconds(1));
  if (const auto result = machine_.lower_deadsecs(patience); !result)
    progress_.warning("{}", result.error().message);
  return true;
}

void Surrender::restore_deadsecs() {
  if (!std::exchange(deadsecs_lowered_, false)) return;
  if (const auto result = machine_.restore_deadsecs(); !result)
    progress_.warning("{}", result.error().message);
}

}  // namespace aoe_mount
