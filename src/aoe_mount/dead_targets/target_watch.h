// TargetWatch: measures how long targets are silent. A target is silent while it has requests to answer and
// answers none: much to write is no silence, and neither is nothing to do. Targets that have nothing to do
// are asked for a sector, so that a dead one shows before its turn comes, and all dead ones at the same time.
#pragma once

#include "aoe_mount/machine/inspector.h"
#include "aoe_mount/machine/tasks.h"

#include <cstdint>
#include <map>
#include <string>

namespace aoe_mount {

class TargetWatch {
 public:
  explicit TargetWatch(Tasks& tasks) : tasks_(tasks) {}

  // Takes in what the kernel counts of all targets; to be called again and again.
  void look(const kernel::Snapshot& snapshot);
  // Reads a sector from each that has answered the last time.
  void ask(const Targets& targets, const kernel::Snapshot& snapshot);
  // True when the finished job was a question of ours.
  bool take(const Finished& finished);
  // Leaves open questions to themselves.
  void stop_asking();

  // Returns the time that a target had not answered, at the last look.
  std::chrono::milliseconds silence_of(const std::string& target) const;
  // Returns those of these that are silent for at least as long.
  Targets silent(const Targets& targets, std::chrono::milliseconds time) const;
  // True if a question of ours to it has ended so short a time ago.
  bool has_answered_within(const std::string& target, std::chrono::milliseconds time) const;
  // Counts the answers of these to others than us.
  std::uint64_t answers_of(const Targets& targets) const;

 private:
  struct Signs {
    std::uint64_t completed = 0;
    std::uint64_t questions = 0;        // ours that have ended
    Tasks::Clock::time_point answered;  // the last of them
    Tasks::Clock::time_point heard;
    Tasks::Clock::time_point looked;
    int job = -1;  // -1: no question is open
  };

  Tasks& tasks_;
  std::map<std::string, Signs, std::less<>> signs_;
};

}  // namespace aoe_mount
