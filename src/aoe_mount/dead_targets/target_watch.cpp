#include "aoe_mount/dead_targets/target_watch.h"

#include <algorithm>
#include <utility>

namespace aoe_mount {

using std::chrono::milliseconds;

void TargetWatch::look(const kernel::Snapshot& snapshot) {
  const auto now = tasks_.now();
  for (const kernel::BlockDevice& device : snapshot.devices) {
    if (!device.is_target()) continue;
    const auto [known, is_new] = signs_.try_emplace(device.name);
    Signs& signs = known->second;
    // A target that the driver has given up fails at once, and so keeps nobody waiting.
    const bool idle = device.in_flight == 0 || !device.is_up();
    if (is_new || idle || device.completed != signs.completed) signs.heard = now;
    signs.completed = device.completed;
    signs.looked = now;
  }
}

void TargetWatch::ask(const Targets& targets, const kernel::Snapshot& snapshot) {
  for (const std::string& name : targets) {
    const kernel::BlockDevice* device = snapshot.device(name);
    const auto known = signs_.find(name);
    if (device == nullptr || !device->is_up() || known == signs_.end() || known->second.job >= 0) continue;
    known->second.job = tasks_.start(Ask{device->kernel_path()});
  }
}

bool TargetWatch::take(const Finished& finished) {
  for (auto& [name, signs] : signs_) {
    if (signs.job != finished.job) continue;
    signs.job = -1;
    ++signs.questions;
    signs.answered = tasks_.now();
    return true;
  }
  return false;
}

void TargetWatch::stop_asking() {
  for (auto& [name, signs] : signs_) {
    if (signs.job >= 0) tasks_.abandon(std::exchange(signs.job, -1));
  }
}

milliseconds TargetWatch::silence_of(const std::string& target) const {
  const auto known = signs_.find(target);
  if (known == signs_.end()) return milliseconds(0);
  return std::chrono::floor<milliseconds>(known->second.looked - known->second.heard);
}

Targets TargetWatch::silent(const Targets& targets, milliseconds time) const {
  Targets found;
  for (const std::string& name : targets) {
    if (silence_of(name) >= time) found.insert(name);
  }
  return found;
}

bool TargetWatch::has_answered_within(const std::string& target, milliseconds time) const {
  const auto known = signs_.find(target);
  return known != signs_.end() && known->second.questions > 0 && tasks_.now() - known->second.answered < time;
}

std::uint64_t TargetWatch::answers_of(const Targets& targets) const {
  std::uint64_t sum = 0;
  for (const std::string& name : targets) {
    const auto known = signs_.find(name);
    if (known == signs_.end()) continue;
    const Signs& signs = known->second;
    sum += signs.completed - std::min(signs.completed, signs.questions);
  }
  return sum;
}

}  // namespace aoe_mount
