#include "aoe_mount/commands/down.h"

#include "aoe_mount/commands/busy_users.h"
#include "aoe_mount/commands/down_step.h"
#include "aoe_mount/dead_targets/dead_targets.h"
#include "aoe_mount/stack/scope.h"
#include "aoe_mount/stack/undo.h"
#include "base/units.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Tasks::Clock;
using State = DownStep::State;
using std::chrono::milliseconds;

constexpr milliseconds kTryAgain{250};
constexpr milliseconds kLookAgain{500};  // whether the targets still answer
constexpr milliseconds kSilence{1000};   // of a target that may be dead
// The driver needs so long to notice that it may give up, and the kernel to end what waits.
constexpr milliseconds kGrace{3000};
constexpr milliseconds kLastTry{1000};
constexpr std::string_view kSilent = "the target does not answer";
constexpr std::string_view kHangs = "it does not end, though its target answers";

class Down {
 public:
  Down(const config::DownPolicy& policy, const World& world, Progress& progress, Occasion occasion)
      : policy_(policy),
        world_(world),
        progress_(progress),
        occasion_(occasion),
        users_(policy, world, progress, occasion),
        dead_targets_(policy, world, progress) {}

  Completeness run(const config::Client* only) {
    const kernel::Snapshot snapshot = world_.inspector.look();
    plan(only, snapshot);
    dead_targets_.update(snapshot, {});
    next_look_ = world_.tasks.now() + kLookAgain;
    while (start_what_can()) {
      for (const Finished& finished : world_.tasks.wait(next_time())) {
        if (!dead_targets_.take(finished)) finish(finished);
      }
      look_at_clock();
    }
    dead_targets_.stop_asking();
    // Targets that are still up had better go down in what a shutdown does next.
    dead_targets_.update(world_.inspector.look(), {});
    if (left_behind_.root || only != nullptr) dead_targets_.restore_deadsecs();
    report_given_up_before();
    if (!summary(only != nullptr     ? fmt::format(" of {}", only->file.string())
                 : left_behind_.root ? " but the root file system"
                                     : ""))
      return Completeness::failed;
    if (only == nullptr) undo_up(left_behind_, world_, progress_);
    return left_behind_.silent_targets ? Completeness::partial : Completeness::whole;
  }

 private:
  void plan(const config::Client* only, const kernel::Snapshot& snapshot);
  bool start_what_can();
  bool is_free(DownStep& step);
  Clock::time_point next_time() const;
  void start(DownStep& step);
  void finish(const Finished& finished);
  void is_busy(DownStep& step, const Outcome& outcome);
  bool waits_for_dead(const DownStep& step) const;
  void look_at_clock();
  void look_at_targets();
  void check_for_hang(DownStep& step);
  void report_silent(const DeadTargets::Update& found);
  void report_given_up_before();
  void leave_the_dead();
  void leave_behind(DownStep& step, std::string_view why);
  void end_of_dead(DownStep& step);
  void stay(DownStep& step, std::string reason);
  void fail(DownStep& step, std::string_view reason, State state = State::failed);
  bool has_hidden_users();
  bool summary(const std::string& whose);

  const config::DownPolicy& policy_;
  World world_;
  Progress& progress_;
  Occasion occasion_;
  BusyUsers users_;
  DeadTargets dead_targets_;
  std::vector<DownStep> steps_;
  Clock::time_point next_look_;
  // All layers share this end, because the times of the layers of a stack would add up otherwise.
  std::optional<Clock::time_point> dead_end_;  // for what waits for dead targets to end
  LeftBehind left_behind_;
};

void Down::plan(const config::Client* only, const kernel::Snapshot& snapshot) {
  left_behind_.root = snapshot.root_is_on_aoe();
  std::vector<Layer> layers = stack_on_aoe(snapshot, world_.inspector.mounts_elsewhere());
  if (only != nullptr) layers = layers_of(*only, std::move(layers), snapshot, world_);
  for (Layer& layer : layers) {
    dead_targets_.watch(layer.targets);
    DownStep step;
    step.layer = std::move(layer);
    steps_.push_back(std::move(step));
  }
}

// False when all is done.
bool Down::start_what_can() {
  bool more = true;
  while (more) {  // a failure may end others, which then end theirs
    more = false;
    for (DownStep& step : steps_) {
      if (step.state != State::waiting) continue;
      if (is_free(step)) start(step);
      more = more || step.has_failed();
    }
  }
  return !std::all_of(steps_.begin(), steps_.end(), [](const DownStep& step) { return step.is_over(); });
}

// True if nothing is left on it. It fails if something stays on it.
bool Down::is_free(DownStep& step) {
  bool free = true;
  for (const std::size_t index : step.layer.above) {
    const DownStep& above = steps_[index];
    if (above.state == State::out_of_tree && step.is_mount()) continue;
    if (above.has_failed()) {
      if (step.layer.elsewhere) continue;  // our mount of the same device, which is busy
      stay(step, fmt::format("{} still uses it", above.layer.name));
      return false;
    }
    free = free && above.state == State::done;
  }
  return free;
}

Clock::time_point Down::next_time() const {
  auto next = next_look_;
  if (dead_end_) next = std::min(next, *dead_end_);
  for (const DownStep& step : steps_) {
    if (step.has_next_time()) next = std::min(next, step.next_time);
  }
  return next;
}

void Down::start(DownStep& step) {
  step.state = State::working;
  step.answers = dead_targets_.answers_of(step.layer.targets);
  step.progressing_since = world_.tasks.now();
  Work work = step.layer.work;
  if (auto* detach = std::get_if<Detach>(&work)) {
    detach->lazy = step.lazy;
    detach->write_out = step.lazy && occasion_ == Occasion::shutdown;
  }
  step.job = world_.tasks.start(work);
}

void Down::finish(const Finished& finished) {
  const auto step = std::find_if(steps_.begin(), steps_.end(),
                                 [&](const DownStep& s) { return s.has_job() && s.job == finished.job; });
  if (step == steps_.end()) return;
  const Outcome& outcome = finished.outcome;
  if (step->state == State::detaching_dead) {
    end_of_dead(*step);
  } else if (step->state == State::securing) {
    fail(*step, fmt::format("{}; {}", step->reason, outcome.text));
  } else if (outcome.done) {
    step->state = State::done;
    left_behind_.lazy_mounts |= step->lazy;
    progress_.ok("{}: {}{}", step->layer.name, outcome.text,
                 step->lazy ? " lazily: it ends with its last user" : "");
  } else if (outcome.code == EBUSY) {
    is_busy(*step, outcome);
  } else {
    stay(*step, outcome.text);
  }
}

// Its users may be about to go: it is tried again for a while, and then the policy decides.
void Down::is_busy(DownStep& step, const Outcome& outcome) {
  const std::string who = users_.text_of(step.layer);
  if (users_.have_time() || waits_for_dead(step)) {
    users_.wait_for(step, who);
    step.state = State::pausing;
    step.next_time = world_.tasks.now() + kTryAgain;
  } else if (step.is_mount() && policy_.on_busy == config::OnBusy::lazy && !step.lazy) {
    progress_.warning("{} is still busy{}", step.layer.name, who);
    step.lazy = true;
    start(step);
  } else {
    stay(step, who.empty() ? outcome.text : fmt::format("is busy{}", who));
  }
}

// True if a target beneath it is silent or given up: its users may hang on that, and end when the driver
// fails their requests. leave_the_dead() is the end of this wait.
bool Down::waits_for_dead(const DownStep& step) const {
  return step.is_on(dead_targets_.dead()) || !dead_targets_.silent(step.layer.targets, kSilence).empty();
}

void Down::look_at_clock() {
  const auto now = world_.tasks.now();
  for (DownStep& step : steps_) {
    if (!step.has_next_time() || now < step.next_time) continue;
    if (step.state == State::pausing) {
      start(step);
    } else {
      world_.tasks.abandon(step.job);
      end_of_dead(step);
    }
  }
  if (now >= next_look_) look_at_targets();
  if (dead_end_ && now >= *dead_end_) leave_the_dead();
}

void Down::look_at_targets() {
  next_look_ = world_.tasks.now() + kLookAgain;
  Targets wanted;
  for (const DownStep& step : steps_) {
    if (!step.is_over()) wanted.insert(step.layer.targets.begin(), step.layer.targets.end());
  }
  const auto found = dead_targets_.update(world_.inspector.look(), std::move(wanted));
  if (!found.silent.empty()) {
    left_behind_.silent_targets = true;
    dead_end_ = world_.tasks.now() + (found.given_up ? kGrace : milliseconds(0));
    report_silent(found);
  }
  for (DownStep& step : steps_) check_for_hang(step);
}

// Work that hangs although its targets answer must not hang for ever either.
void Down::check_for_hang(DownStep& step) {
  if (!step.is_at_work()) return;
  const std::uint64_t answers = dead_targets_.answers_of(step.layer.targets);
  if (answers > step.answers || !dead_targets_.silent(step.layer.targets, kSilence).empty())
    step.progressing_since = world_.tasks.now();
  step.answers = std::max(step.answers, answers);
  if (world_.tasks.now() - step.progressing_since < policy_.target_wait + kGrace) return;
  leave_behind(step, kHangs);
}

// Names what hangs on silent targets; of a target that nothing hangs on yet, something that is on it.
void Down::report_silent(const DeadTargets::Update& found) {
  Targets unreported = found.silent;
  for (const State state : {State::working, State::securing, State::pausing, State::waiting}) {
    for (const DownStep& step : steps_) {
      const bool is_news = state == State::working ? step.is_on(found.silent) : step.is_on(unreported);
      if (step.state != state || !is_news) continue;
      for (const std::string& target : step.layer.targets) unreported.erase(target);
      progress_.warning(
          "{}: the target has not answered for {}; {}", step.layer.name,
          base::duration_text(policy_.target_wait),
          found.given_up
              ? "giving it up; unwritten data is lost"
              : "leaving it behind, because the target of the root file system does not answer either");
    }
  }
}

void Down::report_given_up_before() {
  const auto& targets = dead_targets_.given_up_before();
  if (targets.empty()) return;
  left_behind_.silent_targets = true;
  progress_.warning("{}: the driver had given it up before; unwritten data is lost",
                    fmt::join(targets, ", "));
}

// The grace is over for all that is on dead targets, also for what has not begun.
void Down::leave_the_dead() {
  dead_end_.reset();
  if (left_behind_.root) dead_targets_.restore_deadsecs();
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {  // inner mounts first
    if (step->is_on(dead_targets_.dead()) && !step->is_over() && step->state != State::detaching_dead)
      leave_behind(*step, kSilent);
  }
}

// A mount is taken out of the tree, because later in a shutdown everything in the tree is unmounted.
void Down::leave_behind(DownStep& step, std::string_view why) {
  step.why = why;
  if (step.is_at_work()) world_.tasks.abandon(step.job);
  if (!step.is_mount()) {
    fail(step, why);
    return;
  }
  step.state = State::detaching_dead;
  step.job = world_.tasks.start(Detach{step.layer.directory, true});
  step.next_time = world_.tasks.now() + kLastTry;
}

// The first unmount may have taken it out of the tree, and hang in what comes after.
void Down::end_of_dead(DownStep& step) {
  const kernel::Snapshot snapshot = world_.inspector.look();
  const kernel::MountEntry* entry = snapshot.mount_at(step.layer.directory);
  const kernel::BlockDevice* device = entry != nullptr ? snapshot.device_of(*entry) : nullptr;
  const bool is_there = entry != nullptr && (device != nullptr ? device->name : "") == step.layer.device;
  if (is_there) {
    fail(step, step.why);
  } else {
    fail(step, fmt::format("{}; unmounted lazily", step.why), State::out_of_tree);
  }
}

// A mount that stays is written out before a shutdown takes the network away.
void Down::stay(DownStep& step, std::string reason) {
  const auto* mount = std::get_if<Detach>(&step.layer.work);
  if (occasion_ != Occasion::shutdown || mount == nullptr || step.is_on(dead_targets_.dead())) {
    fail(step, reason);
    return;
  }
  step.state = State::securing;
  step.reason = std::move(reason);
  step.progressing_since = world_.tasks.now();
  step.job = world_.tasks.start(Secure{mount->target, mount->pid});
}

void Down::fail(DownStep& step, std::string_view reason, State state) {
  step.state = state;
  progress_.error("{}: {}", step.layer.name, reason);
}

// True if disks are still open after all that was seen on them has gone. Lazy unmounts, children that were
// left behind and the root file system are known to keep them open.
bool Down::has_hidden_users() {
  if (steps_.empty() || left_behind_.lazy_mounts || left_behind_.silent_targets || left_behind_.root)
    return false;
  const unsigned users = users_left(world_).value_or(0);
  if (users == 0) return false;
  progress_.error(
      "AoE disks are open {} times by something that no mount, swap or device shows: 'fuser -v "
      "/dev/etherd/e*' names programs; the driver and the interfaces stay",
      users);
  return true;
}

bool Down::summary(const std::string& whose) {
  if (steps_.empty()) {
    progress_.ok("nothing{} is on AoE", whose);
    return true;
  }
  std::vector<std::string_view> left;
  for (const DownStep& step : steps_) {
    if (step.has_failed()) left.push_back(step.layer.name);
  }
  if (left.empty()) {
    if (whose.empty() && has_hidden_users()) return false;
    progress_.ok("nothing{} is on AoE any more", whose);
  } else {
    progress_.error("{} of {} released; left: {}", steps_.size() - left.size(), steps_.size(),
                    fmt::join(left, ", "));
  }
  return left.empty();
}

}  // namespace

Completeness take_down(const config::DownPolicy& policy, const World& world, Progress& progress,
                       Occasion occasion) {
  return Down(policy, world, progress, occasion).run(nullptr);
}

Completeness take_down_only(const config::Client& client, const World& world, Progress& progress,
                            Occasion occasion) {
  return Down(client.down, world, progress, occasion).run(&client);
}

}  // namespace aoe_mount
