#include "aoe_mount/commands/down.h"

#include "aoe_mount/dead_targets/surrender.h"
#include "aoe_mount/dead_targets/target_watch.h"
#include "aoe_mount/stack/scope.h"
#include "aoe_mount/stack/stack.h"
#include "aoe_mount/stack/undo.h"
#include "base/units.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Machine::Clock;
using std::chrono::milliseconds;

constexpr milliseconds kTryAgain{250};
constexpr milliseconds kLookAgain{500};  // whether the targets still answer
// What the driver needs to notice that it may give up, and the kernel to end what waits.
constexpr milliseconds kGrace{3000};
constexpr milliseconds kLastTry{1000};
constexpr std::string_view kSilent = "the target does not answer";
constexpr std::string_view kHangs = "it does not end, though its target answers";

struct Step {
  Layer layer;
  enum class State { waiting, working, pausing, done, failed } state = State::waiting;
  int job = -1;
  Clock::time_point try_again;  // of one that pauses
  std::uint64_t answers = 0;    // of its targets, and since when there have been no more
  Clock::time_point progressing_since;
  bool lazy = false;
  bool reported_busy = false;
  std::string_view why;      // it is left behind
  bool is_dead = false;      // is just being taken out of the tree, until `try_again` at most
  bool out_of_tree = false;  // and that has worked

  bool is_over() const { return state == State::done || state == State::failed; }
  bool stands_on(const Targets& targets) const {
    return std::any_of(targets.begin(), targets.end(),
                       [this](const std::string& name) { return layer.targets.contains(name); });
  }
};

class Down {
 public:
  Down(const config::DownPolicy& policy, Machine& machine, Progress& progress)
      : policy_(policy),
        machine_(machine),
        progress_(progress),
        watch_(machine),
        surrender_(policy, machine, progress) {}

  bool run(const config::Client* only) {
    const kernel::Snapshot snapshot = machine_.look();
    plan(only, snapshot);
    take_in(snapshot);
    next_look_ = machine_.now() + kLookAgain;
    while (start_what_can()) {
      for (const Finished& finished : machine_.wait(next_time())) {
        if (!watch_.take(finished)) finish(finished);
      }
      look_at_clock();
    }
    watch_.stop_asking();
    // Else whoever is not down yet had better go down in what a shutdown does next.
    take_in(machine_.look());
    if (left_behind_.root || only != nullptr) surrender_.restore_deadsecs();
    report_given_up_before();
    const bool released = summary(only != nullptr     ? fmt::format(" of {}", only->file.string())
                                  : left_behind_.root ? " but the root file system"
                                                      : "");
    if (released && only == nullptr) undo_up(left_behind_, machine_, progress_);
    return released;
  }

 private:
  void plan(const config::Client* only, const kernel::Snapshot& snapshot);
  bool start_what_can();
  bool is_free(Step& step);
  Clock::time_point next_time() const;
  void start(Step& step);
  void finish(const Finished& finished);
  void is_busy(Step& step, const Outcome& outcome);
  void look_at_clock();
  void look_at_targets();
  void check_for_hang(Step& step);
  void give_up(const Targets& silent);
  void take_in(const kernel::Snapshot& snapshot);
  void report_given_up_before();
  void leave_the_dead();
  void leave_behind(Step& step, std::string_view why);
  void end_of_dead(Step& step);
  void fail(Step& step, std::string_view reason);
  bool summary(const std::string& whose);

  const config::DownPolicy& policy_;
  Machine& machine_;
  Progress& progress_;
  TargetWatch watch_;
  std::vector<Step> steps_;
  Surrender surrender_;
  std::set<std::string> given_up_before_;  // titles: by `guard`, or out of the driver's own patience
  Clock::time_point next_look_;
  // All together, whatever stands on what, have these: else the times of the layers of a stack would add up.
  std::optional<Clock::time_point> busy_end_;  // for users to go
  std::optional<Clock::time_point> dead_end_;  // for what waits for dead targets to end
  LeftBehind left_behind_;
};

void Down::plan(const config::Client* only, const kernel::Snapshot& snapshot) {
  left_behind_.root = snapshot.root_is_on_aoe();
  std::vector<Layer> layers = stack_on_aoe(snapshot, machine_.mounts_elsewhere());
  if (only != nullptr) layers = layers_of(*only, std::move(layers), snapshot, machine_);
  for (Layer& layer : layers) {
    Step step;
    step.layer = std::move(layer);
    steps_.push_back(std::move(step));
  }
}

// False when all is done.
bool Down::start_what_can() {
  bool more = true;
  while (more) {  // a failure may end others, which then end theirs
    more = false;
    for (Step& step : steps_) {
      if (step.state != Step::State::waiting) continue;
      if (is_free(step)) start(step);
      more = more || step.state == Step::State::failed;
    }
  }
  return !std::all_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.is_over(); });
}

// Whether all that stands on it is gone; it fails with those that stay.
bool Down::is_free(Step& step) {
  bool free = true;
  for (const std::size_t index : step.layer.above) {
    const Step& above = steps_[index];
    // What is out of the tree keeps its device, but no mount point.
    if (above.out_of_tree && !step.layer.directory.empty()) continue;
    if (above.state == Step::State::failed) {
      if (step.layer.elsewhere) continue;  // ours beside it, which is busy
      fail(step, fmt::format("{} still uses it", above.layer.name));
      return false;
    }
    free = free && above.state == Step::State::done;
  }
  return free;
}

Clock::time_point Down::next_time() const {
  auto next = next_look_;
  if (dead_end_) next = std::min(next, *dead_end_);
  for (const Step& step : steps_) {
    if (step.state == Step::State::pausing || (step.is_dead && !step.is_over()))
      next = std::min(next, step.try_again);
  }
  return next;
}

void Down::start(Step& step) {
  step.state = Step::State::working;
  step.answers = watch_.answers_of(step.layer.targets);
  step.progressing_since = machine_.now();
  Work work = step.layer.work;
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
    end_of_dead(*step);
  } else if (outcome.done) {
    step->state = Step::State::done;
    left_behind_.lazy_mounts |= step->lazy;
    progress_.ok("{}: {}{}", step->layer.name, outcome.text,
                 step->lazy ? " lazily: it ends with its last user" : "");
  } else if (outcome.code == EBUSY) {
    is_busy(*step, outcome);
  } else {
    fail(*step, outcome.text);
  }
}

// Users may be about to go: it is tried again for a while, and then the policy decides.
void Down::is_busy(Step& step, const Outcome& outcome) {
  const bool is_mount = !step.layer.directory.empty();
  const auto users = is_mount ? machine_.users_of(step.layer.directory) : std::vector<std::string>{};
  const std::string who = users.empty() ? "" : fmt::format(": used by {}", fmt::join(users, ", "));
  if (!busy_end_) busy_end_ = machine_.now() + policy_.busy_wait;
  if (machine_.now() < *busy_end_) {
    if (!step.reported_busy) {
      step.reported_busy = true;
      progress_.step("{} is busy{}; waiting up to {}", step.layer.name, who,
                     base::duration_text(policy_.busy_wait));
    }
    step.state = Step::State::pausing;
    step.try_again = machine_.now() + kTryAgain;
  } else if (is_mount && policy_.on_busy == config::OnBusy::lazy && !step.lazy) {
    progress_.warning("{} is still busy{}", step.layer.name, who);
    step.lazy = true;
    start(step);
  } else {
    fail(step, who.empty() ? outcome.text : fmt::format("is busy{}", who));
  }
}

void Down::look_at_clock() {
  const auto now = machine_.now();
  for (Step& step : steps_) {
    if (step.state == Step::State::pausing && now >= step.try_again) start(step);
    if (step.is_dead && !step.is_over() && now >= step.try_again) {
      machine_.abandon(step.job);
      end_of_dead(step);
    }
  }
  if (now >= next_look_) look_at_targets();
  if (dead_end_ && now >= *dead_end_) leave_the_dead();
}

void Down::look_at_targets() {
  const kernel::Snapshot snapshot = machine_.look();
  take_in(snapshot);
  next_look_ = machine_.now() + kLookAgain;
  Targets wanted;
  for (const Step& step : steps_) {
    if (!step.is_over()) wanted.insert(step.layer.targets.begin(), step.layer.targets.end());
  }
  for (const std::string& name : surrender_.dead()) wanted.erase(name);
  watch_.ask(wanted, snapshot);
  if (const Targets due = surrender_.due(wanted, watch_); !due.empty()) give_up(due);
  for (Step& step : steps_) check_for_hang(step);
}

void Down::take_in(const kernel::Snapshot& snapshot) {
  watch_.look(snapshot);
  surrender_.look(snapshot, watch_);
  for (const Step& step : steps_) {
    for (const std::string& name : step.layer.targets) {
      const kernel::BlockDevice* device = snapshot.device(name);
      if (device != nullptr && !device->is_up() && !surrender_.dead().contains(name))
        given_up_before_.insert(device->title());
    }
  }
}

// What hangs although its targets answer must not hang for ever either.
void Down::check_for_hang(Step& step) {
  if (step.state != Step::State::working || step.is_dead) return;
  const std::uint64_t answers = watch_.answers_of(step.layer.targets);
  if (answers > step.answers || !watch_.silent(step.layer.targets, 2 * kLookAgain).empty())
    step.progressing_since = machine_.now();
  step.answers = std::max(step.answers, answers);
  if (machine_.now() - step.progressing_since < policy_.target_wait + kGrace) return;
  leave_behind(step, kHangs);
}

void Down::give_up(const Targets& silent) {
  left_behind_.silent_targets = true;
  const bool ends = surrender_.give_up(silent, watch_);
  dead_end_ = machine_.now() + (ends ? kGrace : milliseconds(0));
  for (const Step& step : steps_) {
    if (!step.stands_on(silent) || step.state != Step::State::working) continue;
    progress_.warning(
        "{}: the target has not answered for {}; {}", step.layer.name,
        base::duration_text(policy_.target_wait),
        ends ? "giving it up; unwritten data is lost"
             : "leaving it behind, because the target of the root file system does not answer either");
  }
}

// Nothing hangs on these any more, so nobody would hear of what did not get there.
void Down::report_given_up_before() {
  if (given_up_before_.empty()) return;
  left_behind_.silent_targets = true;
  progress_.warning("{}: the driver had given it up before; unwritten data is lost",
                    fmt::join(given_up_before_, ", "));
}

// Its time is over for all that stands on dead targets, also for what has not begun.
void Down::leave_the_dead() {
  dead_end_.reset();
  if (left_behind_.root) surrender_.restore_deadsecs();
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {  // inner mounts first
    if (step->stands_on(surrender_.dead()) && !step->is_over() && !step->is_dead)
      leave_behind(*step, kSilent);
  }
}

// Whoever unmounts everything later in a shutdown must not come across it.
void Down::leave_behind(Step& step, std::string_view why) {
  step.why = why;
  if (step.state == Step::State::working) machine_.abandon(step.job);
  if (step.layer.directory.empty()) {
    fail(step, why);
    return;
  }
  step.is_dead = true;
  step.state = Step::State::working;
  step.job = machine_.start(Detach{step.layer.directory, true});
  step.try_again = machine_.now() + kLastTry;
}

// The first unmount may have taken it out of the tree, and hang in what comes after.
void Down::end_of_dead(Step& step) {
  const kernel::Snapshot snapshot = machine_.look();
  const kernel::MountEntry* entry = snapshot.mount_at(step.layer.directory);
  const kernel::BlockDevice* device = entry != nullptr ? snapshot.device_of(*entry) : nullptr;
  const bool is_there = entry != nullptr && (device != nullptr ? device->name : "") == step.layer.device;
  step.out_of_tree = !is_there;
  fail(step, fmt::format("{}{}", step.why, step.out_of_tree ? "; unmounted lazily" : ""));
}

void Down::fail(Step& step, std::string_view reason) {
  step.state = Step::State::failed;
  progress_.error("{}: {}", step.layer.name, reason);
}

bool Down::summary(const std::string& whose) {
  if (steps_.empty()) {
    progress_.ok("nothing{} is on AoE", whose);
    return true;
  }
  std::vector<std::string_view> left;
  for (const Step& step : steps_) {
    if (step.state == Step::State::failed) left.push_back(step.layer.name);
  }
  if (left.empty()) {
    progress_.ok("nothing{} is on AoE any more", whose);
  } else {
    progress_.error("{} of {} released; left: {}", steps_.size() - left.size(), steps_.size(),
                    fmt::join(left, ", "));
  }
  return left.empty();
}

}  // namespace

bool take_down(const config::DownPolicy& policy, Machine& machine, Progress& progress) {
  return Down(policy, machine, progress).run(nullptr);
}

bool take_down_only(const config::Client& client, Machine& machine, Progress& progress) {
  return Down(client.down, machine, progress).run(&client);
}

}  // namespace aoe_mount
