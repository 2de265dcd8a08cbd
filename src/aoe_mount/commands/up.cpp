#include "aoe_mount/commands/up.h"

#include "aoe_mount/commands/discovery_interval.h"
#include "aoe_mount/commands/driver_setup.h"
#include "aoe_mount/commands/hook.h"
#include "aoe_mount/dead_targets/target_watch.h"
#include "aoe_mount/wanted/device_finder.h"
#include "aoe_mount/wanted/wanted_items.h"
#include "base/units.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Machine::Clock;
using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{1000};  // whether the targets still answer
// A target that answers nothing for so long, or for as long as its item may wait, holds up nobody any longer.
constexpr milliseconds kLeastSilence{10'000};
// What is ours only if it is on AoE is waited for no longer than the rest, and so long after the last device
// came.
constexpr milliseconds kSettle{3000};

struct Item : WantedItem {
  explicit Item(WantedItem item) : WantedItem(std::move(item)) {}

  std::vector<std::size_t> after;  // the mounts that it is inside, or shows
  enum class State { waiting, working, done, failed, not_ours } state = State::waiting;
  Clock::time_point deadline;
  int job = -1;
  Targets targets;  // that its work may wait for; none: any
  std::string device;
  bool again = false;      // a failure is not the last word
  std::string tried_with;  // the devices that it failed with
  std::string reason;      // of the last failure
};

class Up {
 public:
  Up(const config::Client& client, Machine& machine, Progress& progress)
      : client_(client), machine_(machine), progress_(progress), finder_(machine), watch_(machine) {}

  Completeness run() {
    if (!run_hook("before-up", client_.hooks.before_up, machine_, progress_) || !prepare())
      return Completeness::failed;
    plan();
    wait_for_all();
    const Completeness reached = summary();
    return run_hook("after-up", client_.hooks.after_up, machine_, progress_) ? reached : Completeness::failed;
  }

 private:
  bool prepare();
  bool raise_interfaces();
  bool configure_driver();
  void plan();
  void plan_order();
  void wait_for_all();
  Clock::time_point next_time(Clock::time_point ask_again) const;
  void leave_if_it_hangs(Item& item, const kernel::Snapshot& snapshot);
  void look_for_new(const kernel::Snapshot& snapshot);
  void report_missing();
  void advance(Item& item, const kernel::Snapshot& snapshot, const std::string& devices);
  bool waits_for_others(Item& item);
  bool is_settled(const Item& item) const;
  void finish(const Finished& finished);
  void leave_to_others(Item& item, std::string_view why);
  void fail(Item& item, std::string reason);
  Completeness summary();

  const config::Client& client_;
  Machine& machine_;
  Progress& progress_;
  DeviceFinder finder_;
  TargetWatch watch_;
  std::vector<Item> items_;
  bool reported_missing_ = false;
  std::string devices_;  // those on AoE, at the last look
  Clock::time_point settled_;
};

bool Up::prepare() {
  if (!set_up_driver(machine_, progress_)) return false;
  if (const auto result = machine_.restore_deadsecs(); !result)
    progress_.warning("{}", result.error().message);
  return raise_interfaces() && configure_driver();
}

// One of several paths may be missing; none at all is the end.
bool Up::raise_interfaces() {
  std::size_t usable = 0;
  for (const config::Interface& interface : client_.interfaces) {
    if (interface.mtu) {
      if (const auto set = machine_.set_mtu(interface.name, *interface.mtu); !set)
        progress_.error("{}", set.error().message);
    }
    const auto raised = machine_.raise_interface(interface.name);
    if (!raised) {
      progress_.error("{}", raised.error().message);
      continue;
    }
    ++usable;
    progress_.ok("interface {} {}", interface.name, *raised ? "raised" : "is up");
  }
  return usable > 0 || client_.interfaces.empty();
}

bool Up::configure_driver() {
  std::vector<std::string> names;
  for (const auto& interface : client_.interfaces) names.push_back(interface.name);
  const auto good = [&](const base::Result<>& result) {
    if (!result) progress_.error("{}", result.error().message);
    return result.has_value();
  };
  const auto& settings = client_.driver;
  if (settings.deadsecs && !good(machine_.set_driver_parameter("aoe_deadsecs", *settings.deadsecs)))
    return false;
  if (settings.maxout && !good(machine_.set_driver_parameter("aoe_maxout", *settings.maxout))) return false;
  if (!good(use_interfaces(names, machine_, progress_))) return false;
  progress_.step("asking {} for targets",
                 names.empty() ? "all interfaces" : fmt::format("{}", fmt::join(names, ", ")));
  return good(machine_.discover());
}

void Up::plan() {
  for (WantedItem& item : wanted_items(client_)) {
    items_.emplace_back(std::move(item));
    items_.back().deadline = machine_.now() + items_.back().wanted->wait;
  }
  plan_order();
}

// A mount follows the innermost one that it is inside; a bind also the one that its directory is on.
void Up::plan_order() {
  const auto innermost = [&](std::string_view path, const Item& besides) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Item& other = items_[i];
      if (&other == &besides || other.target.empty() || !kernel::is_inside(path, other.target)) continue;
      if (!best || other.target.size() > items_[*best].target.size()) best = i;
    }
    return best;
  };
  for (Item& item : items_) {
    if (item.target.empty()) continue;
    if (const auto outer = innermost(item.target, item)) item.after.push_back(*outer);
    const auto* bind = std::get_if<config::BindOf>(&item.wanted->source);
    if (bind == nullptr) continue;
    if (const auto shown = innermost(bind->directory, item)) item.after.push_back(*shown);
  }
}

void Up::wait_for_all() {
  const auto open = [](const Item& item) {
    return item.state == Item::State::waiting || item.state == Item::State::working;
  };
  DiscoveryInterval interval;
  interval.asked(machine_.now());  // by prepare()
  while (std::any_of(items_.begin(), items_.end(), open)) {
    const kernel::Snapshot snapshot = machine_.look();
    watch_.look(snapshot);
    for (Item& item : items_) leave_if_it_hangs(item, snapshot);
    const bool by_signature = std::any_of(items_.begin(), items_.end(), [](const Item& item) {
      return item.state == Item::State::waiting && item.by_signature;
    });
    if (by_signature) finder_.probe_new(snapshot);
    look_for_new(snapshot);
    for (Item& item : items_) {
      if (item.state == Item::State::waiting) advance(item, snapshot, devices_);
    }
    if (!std::any_of(items_.begin(), items_.end(), open)) break;
    report_missing();
    for (const Finished& finished : machine_.wait(next_time(interval.next()))) finish(finished);
    if (interval.is_due(machine_.now())) {
      (void)machine_.discover();  // it worked before; what matters is whether devices appear
      interval.asked(machine_.now());
    }
  }
}

// Of work that waits for a target that went silent: the driver would have us wait for minutes, or for ever.
// What it has begun itself (fsck) goes on; but nothing is mounted any more, behind everybody's back.
void Up::leave_if_it_hangs(Item& item, const kernel::Snapshot& snapshot) {
  if (item.state != Item::State::working) return;
  if (machine_.has_end_signal()) {
    machine_.abandon(item.job);
    fail(item, "abandoned: received a signal");
    return;
  }
  Targets targets = item.targets;
  if (targets.empty()) {
    for (const std::string& name : snapshot.on_aoe()) targets.insert(name);
  }
  const auto patience = std::max(item.wanted->wait, kLeastSilence);
  const Targets silent = watch_.silent(targets, patience);
  if (silent.empty()) return;
  machine_.abandon(item.job);
  fail(item, fmt::format("{} has not answered for {}", snapshot.device(*silent.begin())->title(),
                         base::duration_text(patience)));
}

void Up::look_for_new(const kernel::Snapshot& snapshot) {
  std::string devices = fmt::format("{}", fmt::join(snapshot.on_aoe(), " "));
  if (devices != devices_ || settled_ == Clock::time_point{}) settled_ = machine_.now() + kSettle;
  devices_ = std::move(devices);
}

// Whether an item that is perhaps not ours has had its time. Those that others belong into are not waited for
// as long as the rest is, for these wait for them.
bool Up::is_settled(const Item& item) const {
  if (machine_.now() < settled_) return false;
  const auto index = static_cast<std::size_t>(&item - items_.data());
  return std::any_of(items_.begin(), items_.end(),
                     [&](const Item& other) {
                       return std::find(other.after.begin(), other.after.end(), index) != other.after.end();
                     }) ||
         std::none_of(items_.begin(), items_.end(), [](const Item& other) {
           return other.state == Item::State::working ||
                  (other.state == Item::State::waiting && !other.wanted->only_if_on_aoe);
         });
}

Clock::time_point Up::next_time(Clock::time_point ask_again) const {
  auto next = machine_.now() + std::chrono::hours(1);
  for (const Item& item : items_) {
    if (item.state == Item::State::working) next = std::min(next, machine_.now() + kLookAgain);
    if (item.state != Item::State::waiting) continue;
    const auto end = item.wanted->only_if_on_aoe ? settled_ : item.deadline;
    next = std::min({next, ask_again, std::max(end, machine_.now() + milliseconds(10))});
  }
  return next;
}

void Up::report_missing() {
  std::vector<std::string_view> missing;
  for (const Item& item : items_) {
    if (item.state == Item::State::waiting && !item.wanted->only_if_on_aoe) missing.push_back(item.waits_for);
  }
  if (reported_missing_ || missing.empty()) return;
  reported_missing_ = true;
  progress_.step("waiting for {}", fmt::join(missing, ", "));
}

// True while a mount that it belongs into, or its source, is not there.
bool Up::waits_for_others(Item& item) {
  for (const std::size_t index : item.after) {
    const Item& other = items_[index];
    if (other.state == Item::State::failed) {
      const bool inside = kernel::is_inside(item.target, other.target);
      fail(item,
           fmt::format("{}, which it {}, is not mounted", other.target, inside ? "is inside" : "shows"));
      return true;
    }
    if (other.state != Item::State::done && other.state != Item::State::not_ours) return true;
  }
  return false;
}

void Up::advance(Item& item, const kernel::Snapshot& snapshot, const std::string& devices) {
  if (machine_.has_end_signal()) {
    fail(item, "stopped waiting: received a signal");
    return;
  }
  const bool time_is_over = machine_.now() >= item.deadline;
  const Readiness now = item.readiness({snapshot, finder_, time_is_over});
  if (now.state == Readiness::State::waiting) {
    if (waits_for_others(item)) return;
    if (item.wanted->only_if_on_aoe) {
      if (is_settled(item)) leave_to_others(item, now.text);
    } else if (time_is_over) {
      fail(item, fmt::format("{} within {}", now.text, base::duration_text(item.wanted->wait)));
    }
    return;
  }
  if (waits_for_others(item)) return;
  if (now.state == Readiness::State::impossible) {
    fail(item, now.text);
  } else if (now.state == Readiness::State::there_already) {
    item.state = Item::State::done;
    progress_.ok("{}: {} is {} already", item.name, now.text, item.target.empty() ? "there" : "mounted");
  } else if (item.tried_with == devices && !item.reason.empty()) {
    if (time_is_over) fail(item, item.reason);
  } else {
    progress_.step("{}: {}{}", item.name, now.text, item.words->verb);
    item.state = Item::State::working;
    item.again = now.again;
    item.tried_with = devices;
    if (const auto* attach = std::get_if<Attach>(&now.work)) item.device = attach->device;
    item.targets.clear();
    std::vector<std::string> disks;
    for (const kernel::BlockDevice* device : now.devices) {
      for (const kernel::BlockDevice* target : snapshot.targets_beneath(device->name)) {
        if (item.targets.insert(target->name).second) disks.push_back(target->kernel_path());
      }
    }
    Work work = now.work;
    if (auto* attach = std::get_if<Attach>(&work)) attach->disks = std::move(disks);
    if (auto* swap = std::get_if<SwapOn>(&work)) swap->disks = std::move(disks);
    item.job = machine_.start(work);
  }
}

void Up::leave_to_others(Item& item, std::string_view why) {
  item.state = Item::State::not_ours;
  progress_.step("{}: {}: left to the service that mounts the rest of /etc/fstab", item.name, why);
}

void Up::finish(const Finished& finished) {
  if (finder_.take(finished)) return;
  const auto item = std::find_if(items_.begin(), items_.end(), [&](const Item& i) {
    return i.state == Item::State::working && i.job == finished.job;
  });
  if (item == items_.end()) return;
  if (finished.outcome.done) {
    item->state = Item::State::done;
    const std::string device =
        item->device.starts_with("/dev/etherd/") ? item->device.substr(12) : item->device;
    if (item->target.empty()) {
      progress_.ok("{}: {}", item->name, finished.outcome.text);
    } else {
      progress_.ok("{}: {} is mounted ({})", item->name, device, finished.outcome.text);
    }
  } else if ((item->again || finished.outcome.code == EBUSY) && machine_.now() < item->deadline) {
    // Busy: with what a run that was killed has left at work, which may yet end well.
    item->state = Item::State::waiting;
    item->reason = finished.outcome.text;
  } else {
    fail(*item, finished.outcome.text);
  }
}

void Up::fail(Item& item, std::string reason) {
  item.state = Item::State::failed;
  item.reason = std::move(reason);
  if (item.wanted->required) {
    progress_.error("{}: {}", item.name, item.reason);
  } else {
    progress_.warning("{}: {} (not required)", item.name, item.reason);
  }
}

Completeness Up::summary() {
  std::vector<std::string> missing;
  bool good = true;
  bool only_mounts = true;
  std::size_t count = 0;
  for (const Item& item : items_) {
    if (item.state == Item::State::not_ours) continue;
    ++count;
    only_mounts = only_mounts && !item.target.empty();
    if (item.state != Item::State::failed) continue;
    missing.push_back(item.name);
    good = good && !item.wanted->required;
  }
  if (count == 0) return Completeness::whole;
  const std::string figures =
      fmt::format("{} of {} {}", count - missing.size(), count, only_mounts ? "mounted" : "in place");
  if (missing.empty()) {
    progress_.ok("{}", figures);
    return Completeness::whole;
  }
  if (good) {
    progress_.warning("{}; failed: {}, not required", figures, fmt::join(missing, ", "));
    return Completeness::partial;
  }
  progress_.error("{}; failed: {}", figures, fmt::join(missing, ", "));
  return Completeness::failed;
}

}  // namespace

Completeness bring_up(const config::Client& client, Machine& machine, Progress& progress) {
  return Up(client, machine, progress).run();
}

}  // namespace aoe_mount
