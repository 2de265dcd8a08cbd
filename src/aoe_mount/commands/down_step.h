// DownStep: one layer on its way off.
#pragma once

#include "aoe_mount/machine/tasks.h"
#include "aoe_mount/stack/stack.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace aoe_mount {

struct DownStep {
  enum class State {
    waiting,         // for the layers above it
    working,         // `job` takes it off
    pausing,         // it was busy, and is tried again at `next_time`
    securing,        // it stays: `job` writes it out, because the network goes next
    detaching_dead,  // given up; `job` takes it out of the tree, until `next_time` at most
    done,
    failed,
    out_of_tree,  // failed, but unmounted lazily: it keeps its device, and is in no mount's way
  };

  Layer layer;
  State state = State::waiting;
  int job = -1;
  Tasks::Clock::time_point next_time;
  std::uint64_t answers = 0;  // of its targets, and since when there have been no more
  Tasks::Clock::time_point progressing_since;
  bool lazy = false;
  bool reported_busy = false;
  bool killed = false;   // its users were
  std::string_view why;  // it is left behind
  std::string reason;    // that it stays

  bool is_over() const { return state == State::done || has_failed(); }
  bool has_failed() const { return state == State::failed || state == State::out_of_tree; }
  bool is_at_work() const { return state == State::working || state == State::securing; }
  bool has_job() const { return is_at_work() || state == State::detaching_dead; }
  bool has_next_time() const { return state == State::pausing || state == State::detaching_dead; }
  bool is_mount() const { return !layer.directory.empty(); }
  bool is_on(const Targets& targets) const {
    return std::any_of(targets.begin(), targets.end(),
                       [this](const std::string& name) { return layer.targets.contains(name); });
  }
};

}  // namespace aoe_mount
