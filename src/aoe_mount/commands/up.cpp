#include "aoe_mount/commands/up.h"

#include "aoe_mount/commands/discovery_interval.h"
#include "aoe_mount/commands/hook.h"
#include "aoe_mount/commands/up_item.h"
#include "aoe_mount/commands/up_setup.h"
#include "aoe_mount/dead_targets/dead_targets.h"
#include "base/units.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Tasks::Clock;
using State = UpItem::State;
using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{1000};  // whether the targets still answer
// A target that is silent for so long, or for as long as its item may wait, holds up nobody any longer.
constexpr milliseconds kLeastSilence{10'000};
// Items that are ours only if they are on AoE are waited for no longer than the rest, and so long after the
// last device came.
constexpr milliseconds kSettle{3000};

class Up {
 public:
  Up(const config::Client& client, const World& world, Progress& progress,
     const std::vector<config::Client>& others)
      : client_(client),
        others_(others),
        world_(world),
        progress_(progress),
        finder_(world),
        dead_targets_(client.down, world, progress) {}

  Completeness run() {
    if (!run_hook("before-up", client_.hooks.before_up, world_.tasks, progress_) ||
        !prepare_up(client_, others_, world_, progress_))
      return Completeness::failed;
    items_ = plan_up(client_, world_);
    wait_for_all();
    const Completeness reached = summary();
    if (const std::string problem = world_.inspector.ledger_problem(); !problem.empty())
      progress_.warning("{}: a later down will not undo all that this run has changed", problem);
    return run_hook("after-up", client_.hooks.after_up, world_.tasks, progress_) ? reached
                                                                                 : Completeness::failed;
  }

 private:
  void wait_for_all();
  bool has_open_items() const;
  void look();
  Clock::time_point next_time(Clock::time_point ask_again) const;
  void leave_if_it_hangs(UpItem& item, const kernel::Snapshot& snapshot);
  void look_for_new(const kernel::Snapshot& snapshot);
  void report_missing();
  bool is_settled(const UpItem& item) const;
  void move(UpItem& item, UpStep step, const kernel::Snapshot& snapshot);
  void start(UpItem& item, const Readiness& ready, const kernel::Snapshot& snapshot);
  void finish(const Finished& finished);
  void fail(UpItem& item, std::string reason);
  bool report_degraded();
  Completeness summary();

  const config::Client& client_;
  const std::vector<config::Client>& others_;
  World world_;
  Progress& progress_;
  DeviceFinder finder_;
  DeadTargets dead_targets_;
  std::vector<UpItem> items_;
  bool reported_missing_ = false;
  std::string devices_;  // those on AoE, at the last look, and which of them are down
  Clock::time_point settled_;
};

void Up::wait_for_all() {
  DiscoveryInterval interval;
  interval.asked(world_.tasks.now());  // by prepare_up()
  while (has_open_items()) {
    look();
    if (!has_open_items()) break;
    report_missing();
    for (const Finished& finished : world_.tasks.wait(next_time(interval.next()))) finish(finished);
    if (interval.is_due(world_.tasks.now())) {
      (void)world_.driver.discover();  // it worked before; devices appear or do not
      interval.asked(world_.tasks.now());
    }
  }
}

bool Up::has_open_items() const {
  return std::any_of(items_.begin(), items_.end(), [](const UpItem& item) { return item.is_open(); });
}

// Looks at the machine once, and moves each item as far as it goes.
void Up::look() {
  const kernel::Snapshot snapshot = world_.inspector.look();
  dead_targets_.update(snapshot, {});
  for (UpItem& item : items_) leave_if_it_hangs(item, snapshot);
  const bool by_signature = std::any_of(items_.begin(), items_.end(), [](const UpItem& item) {
    return item.state == State::waiting && item.by_signature;
  });
  if (by_signature) finder_.probe_new(snapshot);
  look_for_new(snapshot);
  for (UpItem& item : items_) {
    if (item.state != State::waiting) continue;
    const UpView view{snapshot, finder_, world_.inspector, world_.tasks.now(), world_.tasks.has_end_signal(),
                      devices_};
    move(item, item.next(view, items_, is_settled(item)), snapshot);
  }
}

// Abandons work whose target went silent: the driver would block it for minutes. A check that it has begun
// goes on, but nothing is mounted later without notice.
void Up::leave_if_it_hangs(UpItem& item, const kernel::Snapshot& snapshot) {
  if (item.state != State::working) return;
  if (world_.tasks.has_end_signal()) {
    world_.tasks.abandon(item.job);
    fail(item, "abandoned: received a signal");
    return;
  }
  Targets targets = item.targets;
  if (targets.empty()) {
    for (const std::string& name : snapshot.on_aoe()) targets.insert(name);
  }
  const auto patience = std::max(item.wanted->wait, kLeastSilence);
  const Targets silent = dead_targets_.silent(targets, patience);
  if (silent.empty()) return;
  world_.tasks.abandon(item.job);
  fail(item, fmt::format("{} has not answered for {}", snapshot.device(*silent.begin())->title(),
                         base::duration_text(patience)));
}

void Up::look_for_new(const kernel::Snapshot& snapshot) {
  std::string devices;
  for (const std::string& name : snapshot.on_aoe()) {
    const kernel::BlockDevice& device = *snapshot.device(name);
    devices += name + (device.address && !device.is_up() ? "- " : " ");
  }
  if (devices != devices_ || settled_ == Clock::time_point{}) settled_ = world_.tasks.now() + kSettle;
  devices_ = std::move(devices);
}

// True if an item that is ours only if it is on AoE has had its time. Those that others belong into have less
// than the rest, which would wait for them.
bool Up::is_settled(const UpItem& item) const {
  if (world_.tasks.now() < settled_) return false;
  const auto index = static_cast<std::size_t>(&item - items_.data());
  return std::any_of(items_.begin(), items_.end(),
                     [&](const UpItem& other) {
                       return std::find(other.after.begin(), other.after.end(), index) != other.after.end();
                     }) ||
         std::none_of(items_.begin(), items_.end(), [](const UpItem& other) {
           return other.state == State::working ||
                  (other.state == State::waiting && !other.wanted->only_if_on_aoe);
         });
}

Clock::time_point Up::next_time(Clock::time_point ask_again) const {
  auto next = world_.tasks.now() + std::chrono::hours(1);
  for (const UpItem& item : items_) {
    if (item.state == State::working) next = std::min(next, world_.tasks.now() + kLookAgain);
    if (item.state != State::waiting) continue;
    const auto end = item.wanted->only_if_on_aoe ? settled_ : item.deadline;
    next = std::min({next, ask_again, std::max(end, world_.tasks.now() + milliseconds(10))});
  }
  return next;
}

void Up::report_missing() {
  std::vector<std::string_view> missing;
  for (const UpItem& item : items_) {
    if (item.state == State::waiting && !item.wanted->only_if_on_aoe) missing.push_back(item.waits_for);
  }
  if (reported_missing_ || missing.empty()) return;
  reported_missing_ = true;
  progress_.step("waiting for {}", fmt::join(missing, ", "));
}

void Up::move(UpItem& item, UpStep step, const kernel::Snapshot& snapshot) {
  switch (step.kind) {
    case UpStep::Kind::wait:
      return;
    case UpStep::Kind::start:
      start(item, step.readiness, snapshot);
      return;
    case UpStep::Kind::finish:
      item.state = State::done;
      progress_.ok("{}: {} is {} already", item.name, step.text, item.target.empty() ? "there" : "mounted");
      return;
    case UpStep::Kind::fail:
      fail(item, std::move(step.text));
      return;
    case UpStep::Kind::leave_to_others:
      item.state = State::not_ours;
      progress_.step("{}: {}: left to the service that mounts the rest of /etc/fstab", item.name, step.text);
  }
}

void Up::start(UpItem& item, const Readiness& ready, const kernel::Snapshot& snapshot) {
  const auto* order = std::get_if<Attach>(&ready.work);
  const bool unchecked = order != nullptr && !order->bind && !order->fsck;
  progress_.step("{}: {}{}", item.name, ready.text, unchecked ? ", mounting" : item.words->verb);
  item.state = State::working;
  item.again = ready.again;
  item.tried_with = devices_;
  item.targets.clear();
  std::vector<std::string> disks;
  for (const kernel::BlockDevice* device : ready.devices) {
    for (const kernel::BlockDevice* target : snapshot.targets_beneath(device->name)) {
      if (item.targets.insert(target->name).second) disks.push_back(target->kernel_path());
    }
  }
  Work work = ready.work;
  if (auto* attach = std::get_if<Attach>(&work)) {
    item.device = attach->device;
    attach->disks = std::move(disks);
  } else if (auto* swap = std::get_if<SwapOn>(&work)) {
    swap->disks = std::move(disks);
  }
  item.job = world_.tasks.start(work);
}

void Up::finish(const Finished& finished) {
  if (finder_.take(finished)) return;
  const auto item = std::find_if(items_.begin(), items_.end(), [&](const UpItem& i) {
    return i.state == State::working && i.job == finished.job;
  });
  if (item == items_.end()) return;
  if (finished.outcome.done) {
    item->state = State::done;
    const std::string device =
        item->device.starts_with("/dev/etherd/") ? item->device.substr(12) : item->device;
    if (item->target.empty()) {
      progress_.ok("{}: {}", item->name, finished.outcome.text);
    } else {
      progress_.ok("{}: {} is mounted ({})", item->name, device, finished.outcome.text);
    }
  } else if ((item->again || finished.outcome.code == EBUSY) && world_.tasks.now() < item->deadline) {
    // Busy: with what a run that was killed has left at work, which may yet end well.
    item->state = State::waiting;
    item->reason = finished.outcome.text;
  } else {
    fail(*item, finished.outcome.text);
  }
}

void Up::fail(UpItem& item, std::string reason) {
  item.state = State::failed;
  item.reason = std::move(reason);
  if (item.wanted->required) {
    progress_.error("{}: {}", item.name, item.reason);
  } else {
    progress_.warning("{}: {} (not required)", item.name, item.reason);
  }
}

// Reports arrays that run without some of their members, whoever has started them.
bool Up::report_degraded() {
  const kernel::Snapshot snapshot = world_.inspector.look();
  bool any = false;
  for (const UpItem& item : items_) {
    if (item.state != State::done) continue;
    const unsigned missing = item.readiness({snapshot, finder_, world_.inspector}).missing_members;
    if (missing == 0) continue;
    any = true;
    progress_.warning("{} is degraded: {} of its members missing or not in step", item.name, missing);
  }
  return any;
}

Completeness Up::summary() {
  std::vector<std::string> missing;
  bool good = true;
  bool only_mounts = true;
  std::size_t count = 0;
  for (const UpItem& item : items_) {
    if (item.state == State::not_ours) continue;
    ++count;
    only_mounts = only_mounts && !item.target.empty();
    if (item.state != State::failed) continue;
    missing.push_back(item.name);
    good = good && !item.wanted->required;
  }
  if (count == 0) return Completeness::whole;
  const bool degraded = report_degraded();
  const std::string figures =
      fmt::format("{} of {} {}", count - missing.size(), count, only_mounts ? "mounted" : "in place");
  if (missing.empty()) {
    progress_.ok("{}", figures);
    return degraded ? Completeness::partial : Completeness::whole;
  }
  if (good) {
    progress_.warning("{}; failed: {}, not required", figures, fmt::join(missing, ", "));
    return Completeness::partial;
  }
  progress_.error("{}; failed: {}", figures, fmt::join(missing, ", "));
  return Completeness::failed;
}

}  // namespace

Completeness bring_up(const config::Client& client, const World& world, Progress& progress,
                      const std::vector<config::Client>& others) {
  return Up(client, world, progress, others).run();
}

}  // namespace aoe_mount
