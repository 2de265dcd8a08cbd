#include "mount/up.h"

#include "base/units.h"
#include "mount/device_finder.h"

#include <algorithm>
#include <optional>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Machine::Clock;
using std::chrono::milliseconds;

// How often the network is asked again who is there: often at first, for a link that comes up takes a while.
constexpr milliseconds kFirstAskAgain{500};
constexpr milliseconds kAskAgainAtMost{5000};

struct Item {
  const config::Mount* mount = nullptr;
  std::string target;
  enum class State { waiting, attaching, done, failed } state = State::waiting;
  Clock::time_point deadline;
  int job = -1;
  std::string device;            // its title
  std::string reason;            // of failure
  const Item* parent = nullptr;  // whose mount point this one's is inside
};

class Up {
 public:
  Up(const config::Client& client, Machine& machine, Story& story)
      : client_(client), machine_(machine), story_(story), finder_(machine) {}

  bool run() {
    if (!prepare()) return false;
    plan();
    if (items_.empty()) return true;
    wait_for_all();
    return summary();
  }

 private:
  bool prepare();
  bool raise_interfaces();
  void plan();
  void wait_for_all();
  void advance(Item& item, const Snapshot& snapshot);
  void attach_device(Item& item, const BlockDevice& device, const Snapshot& snapshot);
  void finish(const Finished& finished);
  void fail(Item& item, std::string reason);
  bool summary();

  const config::Client& client_;
  Machine& machine_;
  Story& story_;
  DeviceFinder finder_;
  std::vector<Item> items_;
};

bool Up::prepare() {
  if (machine_.has_driver()) {
    story_.good("the driver aoe is there");
  } else {
    story_.step("loading the driver aoe");
    if (const auto loaded = machine_.load_driver(); !loaded) {
      story_.bad("{}", loaded.error().message);
      return false;
    }
  }
  if (const auto told = machine_.be_patient_again(); !told) story_.warning("{}", told.error().message);
  if (!raise_interfaces()) return false;
  if (const auto told = machine_.use_interfaces(client_.interfaces); !told) {
    story_.bad("{}", told.error().message);
    return false;
  }
  story_.step("asking {} for targets", client_.interfaces.empty()
                                           ? "all interfaces"
                                           : fmt::format("{}", fmt::join(client_.interfaces, ", ")));
  if (const auto asked = machine_.discover(); !asked) {
    story_.bad("{}", asked.error().message);
    return false;
  }
  return true;
}

// One of several paths may be missing; none at all is the end.
bool Up::raise_interfaces() {
  std::size_t usable = 0;
  for (const std::string& name : client_.interfaces) {
    const auto raised = machine_.raise_interface(name);
    if (!raised) {
      story_.bad("{}", raised.error().message);
      continue;
    }
    ++usable;
    story_.good("interface {} {}", name, *raised ? "raised" : "is up");
  }
  return usable > 0 || client_.interfaces.empty();
}

void Up::plan() {
  const auto now = machine_.now();
  for (const config::Mount& mount : client_.mounts) {
    Item item;
    item.mount = &mount;
    item.target = mount.mountpoint.string();
    item.deadline = now + mount.wait;
    items_.push_back(std::move(item));
  }
  for (Item& item : items_) {
    for (const Item& other : items_) {
      const bool outside = &other != &item && is_inside(item.target, other.target);
      if (outside && (item.parent == nullptr || other.target.size() > item.parent->target.size()))
        item.parent = &other;
    }
  }
}

void Up::wait_for_all() {
  const auto busy = [](const Item& item) {
    return item.state == Item::State::waiting || item.state == Item::State::attaching;
  };
  bool told = false;
  milliseconds pause = kFirstAskAgain;
  auto ask_again = machine_.now() + pause;
  while (std::any_of(items_.begin(), items_.end(), busy)) {
    const Snapshot snapshot = machine_.look();
    const bool by_signature = std::any_of(items_.begin(), items_.end(), [](const Item& item) {
      return item.state == Item::State::waiting &&
             !std::holds_alternative<config::AoeDevice>(item.mount->source);
    });
    if (by_signature) finder_.probe_new(snapshot);
    for (Item& item : items_) {
      if (item.state == Item::State::waiting) advance(item, snapshot);
    }
    if (!std::any_of(items_.begin(), items_.end(), busy)) break;

    std::vector<std::string> missing;
    auto until = machine_.now() + std::chrono::hours(1);
    for (const Item& item : items_) {
      if (item.state != Item::State::waiting) continue;
      missing.push_back(source_text(item.mount->source));
      until = std::min({until, ask_again, std::max(item.deadline, machine_.now() + milliseconds(10))});
    }
    if (!told && !missing.empty()) {
      told = true;
      story_.step("waiting for {}", fmt::join(missing, ", "));
    }
    for (const Finished& finished : machine_.wait(until)) finish(finished);
    if (machine_.now() >= ask_again) {
      (void)machine_.discover();  // it worked before; what matters is whether devices appear
      pause = std::min(2 * pause, kAskAgainAtMost);
      ask_again = machine_.now() + pause;
    }
  }
}

void Up::advance(Item& item, const Snapshot& snapshot) {
  if (item.parent != nullptr && item.parent->state == Item::State::failed) {
    fail(item, fmt::format("{}, which it is inside, is not mounted", item.parent->target));
    return;
  }
  const Find find = finder_.find(item.mount->source, snapshot);
  if (find.device == nullptr) {
    if (machine_.now() >= item.deadline) {
      fail(item, fmt::format("{} within {}", find.why_not, base::duration_text(item.mount->wait)));
    }
    return;
  }
  if (item.parent != nullptr && item.parent->state != Item::State::done) return;
  attach_device(item, *find.device, snapshot);
}

void Up::attach_device(Item& item, const BlockDevice& device, const Snapshot& snapshot) {
  item.device = device.title();
  if (const MountEntry* entry = snapshot.mount_at(item.target)) {
    const BlockDevice* mounted = snapshot.device_of(*entry);
    if (mounted == nullptr || mounted->name != device.name) {
      fail(item, fmt::format("mount point {} is busy: {} ({}) is mounted there", item.target, entry->source,
                             entry->type));
      return;
    }
    item.state = Item::State::done;
    story_.good("{}: {} is mounted already", item.target, item.device);
    return;
  }
  const config::Mount& mount = *item.mount;
  story_.step("{}: {} is there ({}){}", item.target, item.device, base::size_text(device.bytes),
              mount.fsck ? ", checking and mounting" : ", mounting");
  item.state = Item::State::attaching;
  item.job = machine_.start(Attach{device.path(), item.target, mount.type, mount.options, mount.fsck});
}

void Up::finish(const Finished& finished) {
  if (finder_.take(finished)) return;
  const auto item = std::find_if(items_.begin(), items_.end(), [&](const Item& i) {
    return i.state == Item::State::attaching && i.job == finished.job;
  });
  if (item == items_.end()) return;
  if (!finished.outcome.done) {
    fail(*item, finished.outcome.text);
    return;
  }
  item->state = Item::State::done;
  story_.good("{}: {} is mounted ({})", item->target, item->device, finished.outcome.text);
}

void Up::fail(Item& item, std::string reason) {
  item.state = Item::State::failed;
  item.reason = std::move(reason);
  if (item.mount->required) {
    story_.bad("{}: {}", item.target, item.reason);
  } else {
    story_.warning("{}: {} (not required)", item.target, item.reason);
  }
}

bool Up::summary() {
  std::vector<std::string> missing;
  bool good = true;
  for (const Item& item : items_) {
    if (item.state != Item::State::failed) continue;
    missing.push_back(item.target);
    good = good && !item.mount->required;
  }
  if (missing.empty()) {
    story_.good("{} of {} mounted", items_.size(), items_.size());
  } else if (good) {
    story_.warning("{} of {} mounted; without {}, not required", items_.size() - missing.size(),
                   items_.size(), fmt::join(missing, ", "));
  } else {
    story_.bad("{} of {} mounted; without {}", items_.size() - missing.size(), items_.size(),
               fmt::join(missing, ", "));
  }
  return good;
}

}  // namespace

bool bring_up(const config::Client& client, Machine& machine, Story& story) {
  return Up(client, machine, story).run();
}

std::string source_text(const config::MountSource& source) {
  if (const auto* uuid = std::get_if<config::FsUuid>(&source)) return "UUID " + uuid->uuid;
  if (const auto* label = std::get_if<config::FsLabel>(&source)) return "label " + label->label;
  const auto& device = std::get<config::AoeDevice>(source);
  return device.partition ? fmt::format("{}p{}", device.address.text(), *device.partition)
                          : device.address.text();
}

}  // namespace aoe_mount
