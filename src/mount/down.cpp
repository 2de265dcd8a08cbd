#include "mount/down.h"

#include "base/units.h"
#include "mount/scope.h"
#include "mount/stack.h"
#include "mount/undo.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Machine::Clock;
using std::chrono::milliseconds;

constexpr milliseconds kTryAgain{250};
constexpr milliseconds kLookAgain{1000};  // whether a target still answers
// What the driver needs to notice that it may give up, and the kernel to end what waits.
constexpr milliseconds kGrace{5000};
constexpr milliseconds kLastTry{1000};
constexpr std::string_view kSilent = "the target does not answer";

struct Step {
  Piece piece;
  enum class State { waiting, working, pausing, done, failed } state = State::waiting;
  int job = -1;
  Clock::time_point started;   // of all attempts
  Clock::time_point deadline;  // when it is looked at again, or tried again
  Clock::time_point silent_since;
  std::uint64_t answers = 0;  // of the targets beneath, then
  bool lazy = false;
  bool told_busy = false;
  bool in_grace = false;  // past its time; ends soon, or is left behind
  bool is_dead = false;   // is just being taken out of the tree
};

class Down {
 public:
  Down(const config::DownPolicy& policy, Machine& machine, Story& story)
      : policy_(policy), machine_(machine), story_(story) {}

  bool run(const config::Client* only) {
    const Snapshot snapshot = machine_.look();
    remains_.root = snapshot.root_is_on_aoe();
    std::vector<Piece> pieces = stack_on_aoe(snapshot);
    if (only != nullptr) pieces = pieces_of(*only, std::move(pieces), snapshot, machine_);
    for (Piece& piece : pieces) {
      Step step;
      step.piece = std::move(piece);
      steps_.push_back(std::move(step));
    }
    while (start_what_can()) {
      for (const Finished& finished : machine_.wait(next_time())) finish(finished);
      for (Step& step : steps_) look_at_clock(step);
    }
    look_elsewhere(only != nullptr);
    const bool released = summary(only != nullptr ? fmt::format(" of {}", only->file.string())
                                  : remains_.root ? " but the root file system"
                                                  : "");
    if (released && only == nullptr) undo_up(remains_, machine_, story_);
    return released;
  }

 private:
  bool start_what_can();
  Clock::time_point next_time() const;
  void start(Step& step);
  void finish(const Finished& finished);
  void is_busy(Step& step, const Outcome& outcome);
  void look_at_clock(Step& step);
  void give_up_silent_targets(const Step& step);
  bool is_alive(Step& step);
  void leave_behind(Step& step);
  void fail(Step& step, std::string_view reason);
  void look_elsewhere(bool only_ours);
  bool summary(const std::string& whose);

  const config::DownPolicy& policy_;
  Machine& machine_;
  Story& story_;
  std::vector<Step> steps_;
  Remains remains_;
};

// False when all is done.
bool Down::start_what_can() {
  bool more = true;
  while (more) {  // a failure may end others, which then end theirs
    more = false;
    for (Step& step : steps_) {
      if (step.state != Step::State::waiting) continue;
      bool free = true;
      for (const std::size_t above : step.piece.above) {
        const Step& other = steps_[above];
        if (other.state == Step::State::failed) {
          fail(step, fmt::format("{} still stands on it", other.piece.name));
          more = true;
        }
        free = free && other.state == Step::State::done;
        if (step.state == Step::State::failed) break;
      }
      if (free && step.state == Step::State::waiting) start(step);
    }
  }
  return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) {
    return step.state != Step::State::done && step.state != Step::State::failed;
  });
}

Clock::time_point Down::next_time() const {
  auto next = Clock::time_point::max();
  for (const Step& step : steps_) {
    if (step.state == Step::State::working || step.state == Step::State::pausing)
      next = std::min(next, step.deadline);
  }
  return next;
}

void Down::start(Step& step) {
  if (step.started == Clock::time_point{}) step.started = machine_.now();
  step.state = Step::State::working;
  step.silent_since = machine_.now();
  step.answers = machine_.look().answers_beneath(step.piece.device);
  step.deadline = machine_.now() + kLookAgain;
  Work work = step.piece.work;
  if (auto* detach = std::get_if<Detach>(&work)) detach->lazy = step.lazy;
  step.job = machine_.start(work);
}

void Down::finish(const Finished& finished) {
  const auto step = std::find_if(steps_.begin(), steps_.end(), [&](const Step& s) {
    return s.state == Step::State::working && s.job == finished.job;
  });
  if (step == steps_.end()) return;
  const Outcome& outcome = finished.outcome;
  if (step->is_dead) {
    fail(*step, fmt::format("{}{}", kSilent, outcome.done ? "; taken out of the tree" : ""));
  } else if (outcome.done) {
    step->state = Step::State::done;
    remains_.lazy_mounts |= step->lazy;
    story_.good("{}: {}{}", step->piece.name, outcome.text,
                step->lazy ? " lazily: it ends with its last user" : "");
  } else if (outcome.code == EBUSY) {
    is_busy(*step, outcome);
  } else {
    fail(*step, outcome.text);
  }
}

// Users may be about to go: it is tried again for a while, and then the policy decides.
void Down::is_busy(Step& step, const Outcome& outcome) {
  const bool is_mount = !step.piece.directory.empty();
  const auto users = is_mount ? machine_.users_of(step.piece.directory) : std::vector<std::string>{};
  const std::string who = users.empty() ? "" : fmt::format(": used by {}", fmt::join(users, ", "));
  if (machine_.now() - step.started < policy_.busy_wait) {
    if (!step.told_busy) {
      step.told_busy = true;
      story_.step("{} is busy{}; waiting up to {}", step.piece.name, who,
                  base::duration_text(policy_.busy_wait));
    }
    step.state = Step::State::pausing;
    step.deadline = machine_.now() + kTryAgain;
  } else if (is_mount && policy_.on_busy == config::OnBusy::lazy && !step.lazy) {
    story_.warning("{} is still busy{}", step.piece.name, who);
    step.lazy = true;
    start(step);
  } else {
    fail(step, who.empty() ? outcome.text : fmt::format("is busy{}", who));
  }
}

void Down::look_at_clock(Step& step) {
  if (machine_.now() < step.deadline) return;
  if (step.state == Step::State::pausing) {
    start(step);
  } else if (step.state == Step::State::working) {
    if (!step.in_grace && is_alive(step)) return;
    // What waits is waiting for a target. The driver would keep it waiting for minutes.
    if (!remains_.silent_targets) give_up_silent_targets(step);
    if (!step.in_grace) {
      step.in_grace = true;
      step.deadline = machine_.now() + kGrace;
      return;
    }
    machine_.abandon(step.job);
    leave_behind(step);
  }
}

// The driver has one patience for all targets. That of the root file system may need more than a second for a
// lost frame.
void Down::give_up_silent_targets(const Step& step) {
  remains_.silent_targets = true;
  const std::string wait = base::duration_text(policy_.target_wait);
  if (remains_.root) {
    story_.warning(
        "{}: the target has not answered for {}; leaving it behind, for the driver has to stay patient with "
        "the root file system's",
        step.piece.name, wait);
    return;
  }
  story_.warning("{}: the target has not answered for {}; giving it up, what was not written yet is lost",
                 step.piece.name, wait);
  if (const auto told = machine_.give_up_silent_targets(); !told) story_.warning("{}", told.error().message);
}

// Much to write takes its time; a target is silent when it answers nothing at all for as long as it may.
bool Down::is_alive(Step& step) {
  const std::uint64_t answers = machine_.look().answers_beneath(step.piece.device);
  if (answers != step.answers) step.silent_since = machine_.now();
  step.answers = answers;
  step.deadline = machine_.now() + kLookAgain;
  return machine_.now() - step.silent_since < policy_.target_wait;
}

// What hangs even now stays behind. Whoever unmounts everything later in a shutdown must not come across it.
void Down::leave_behind(Step& step) {
  if (step.piece.directory.empty() || step.is_dead) {
    fail(step, kSilent);
    return;
  }
  step.is_dead = true;
  step.job = machine_.start(Detach{step.piece.directory, true});
  step.deadline = machine_.now() + kLastTry;
}

void Down::fail(Step& step, std::string_view reason) {
  step.state = Step::State::failed;
  story_.bad("{}: {}", step.piece.name, reason);
}

// What is still mounted in other namespaces, after all that ours could share with them is unmounted. A umount
// in there is for those who live in there; until then the disk is in use, and the network has to stay.
void Down::look_elsewhere(bool only_ours) {
  const Snapshot snapshot = machine_.look();
  const auto on_aoe = snapshot.on_aoe();
  const auto beneath_root = snapshot.beneath_root();
  std::vector<Step> left;
  for (const MountElsewhere& mount : machine_.mounts_elsewhere()) {
    const BlockDevice* device = snapshot.device_of(mount.entry);
    if (device == nullptr || std::find(on_aoe.begin(), on_aoe.end(), device->name) == on_aoe.end()) continue;
    if (std::find(beneath_root.begin(), beneath_root.end(), device) != beneath_root.end()) continue;
    const bool ours = std::any_of(steps_.begin(), steps_.end(),
                                  [&](const Step& step) { return step.piece.device == device->name; });
    if (only_ours && !ours) continue;
    Step step;
    step.piece.name =
        fmt::format("{} ({}) of {} (pid {})", mount.entry.target, device->title(), mount.process, mount.pid);
    fail(step,
         fmt::format("is in a mount namespace of its own: end what runs there, or nsenter -t {} -m umount {}",
                     mount.pid, mount.entry.target));
    left.push_back(std::move(step));
  }
  std::move(left.begin(), left.end(), std::back_inserter(steps_));
}

bool Down::summary(const std::string& whose) {
  if (steps_.empty()) {
    story_.good("nothing{} stands on AoE", whose);
    return true;
  }
  std::vector<std::string_view> left;
  for (const Step& step : steps_) {
    if (step.state == Step::State::failed) left.push_back(step.piece.name);
  }
  if (left.empty()) {
    story_.good("nothing{} stands on AoE any more", whose);
  } else {
    story_.bad("{} of {} released; left: {}", steps_.size() - left.size(), steps_.size(),
               fmt::join(left, ", "));
  }
  return left.empty();
}

}  // namespace

bool take_down(const config::DownPolicy& policy, Machine& machine, Story& story) {
  return Down(policy, machine, story).run(nullptr);
}

bool take_down_only(const config::Client& client, Machine& machine, Story& story) {
  return Down(client.down, machine, story).run(&client);
}

}  // namespace aoe_mount
