// UpItem: something that `up` brings up, and what it does next. It only decides; `up` acts.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/wanted/wanted_items.h"

#include <string>
#include <vector>

namespace aoe_mount {

// UpView: the run that an item is part of.
struct UpView {
  const kernel::Snapshot& snapshot;
  const DeviceFinder& finder;
  Inspector& inspector;
  Tasks::Clock::time_point now;
  bool has_end_signal = false;
  const std::string& devices;  // on AoE
};

struct UpStep {
  enum class Kind { wait, start, finish, fail, leave_to_others } kind = Kind::wait;
  std::string text{};     // why; of `start` and `finish` the device
  Readiness readiness{};  // of `start`
};

struct UpItem : WantedItem {
  explicit UpItem(WantedItem item) : WantedItem(std::move(item)) {}

  enum class State { waiting, working, done, failed, not_ours } state = State::waiting;
  std::string place;  // of a mount: its target without symbolic links
  std::vector<std::size_t>
      after;                    // the mounts that it is inside, or shows, or has its key on: indices of items
  std::vector<std::size_t> on;  // the items that make its device
  Tasks::Clock::time_point deadline;
  int job = -1;
  Targets targets;  // that its work may wait for; none: any
  std::string device;
  bool again = false;      // a failure is not the last word
  std::string tried_with;  // the devices that it failed with
  std::string reason;      // of the last failure

  bool is_open() const { return state == State::waiting || state == State::working; }
  // Decides what a waiting item does next. `settled`: an item that is ours only if it is on AoE has had its
  // time.
  UpStep next(const UpView& view, const std::vector<UpItem>& items, bool settled) const;

 private:
  UpStep next_without_device(const Readiness& found, bool time_is_over, bool settled) const;
};

// The items of a configuration, with the order of its mounts.
std::vector<UpItem> plan_up(const config::Client& client, const World& world);

}  // namespace aoe_mount
