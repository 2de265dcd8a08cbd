#include "aoe_mount/commands/status.h"

#include "aoe_mount/wanted/device_finder.h"
#include "aoe_mount/wanted/wanted_items.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace aoe_mount {

namespace {

using Clock = Tasks::Clock;
using State = Readiness::State;
using Devices = std::vector<const kernel::BlockDevice*>;
constexpr std::chrono::milliseconds kPatience{1000};

class Survey {
 public:
  Survey(const config::Client& client, const World& world)
      : items_(wanted_items(client)),
        world_(world),
        snapshot_(world.inspector.look()),
        finder_(world),
        end_(world.tasks.now() + kPatience) {}

  Status run() {
    if (std::any_of(items_.begin(), items_.end(), [](const auto& item) { return item.by_signature; }))
      finder_.probe_new(snapshot_);
    wait_until([&] { return finder_.is_idle(); });
    inspect_groups();
    for (const WantedItem& item : items_) add_configured(item);
    add_other_mounts();
    add_other_devices();
    measure();
    return std::move(status_);
  }

 private:
  template <class Condition>
  void wait_until(Condition condition) {
    while (!condition() && world_.tasks.now() < end_) {
      for (const Finished& finished : world_.tasks.wait(end_)) {
        if (finder_.take(finished) || asking_.erase(finished.job) > 0) continue;
        if (const auto group = inspecting_.extract(finished.job)) {
          if (!finished.outcome.done) partial_groups_.insert(group.mapped());
          continue;
        }
        const auto row = measuring_.find(finished.job);
        if (row == measuring_.end()) continue;
        if (finished.outcome.done) {
          status_.rows[row->second].used_bytes = finished.outcome.used_bytes;
          status_.rows[row->second].total_bytes = finished.outcome.total_bytes;
        }
        measuring_.erase(row);
      }
    }
  }

  // LVM reads all disks, and would hang on a silent one: each has to answer first.
  void inspect_groups() {
    const bool any =
        std::any_of(items_.begin(), items_.end(), [](const WantedItem& item) { return item.is_group; });
    if (!any) return;
    for (const kernel::BlockDevice& device : snapshot_.devices) {
      if (device.is_target() && device.is_up()) asking_.insert(world_.tasks.start(Ask{device.kernel_path()}));
    }
    wait_until([&] { return asking_.empty(); });
    for (const int job : asking_) world_.tasks.abandon(job);
    if (!asking_.empty()) return;
    for (const WantedItem& item : items_) {
      if (item.is_group) inspecting_[world_.tasks.start(InspectGroup{item.title})] = item.title;
    }
    wait_until([&] { return inspecting_.empty(); });
    for (const auto& [job, group] : inspecting_) world_.tasks.abandon(job);
  }

  void describe(StatusRow& row, const kernel::BlockDevice& device) {
    row.path = device.path();
    row.bytes = device.bytes;
    shown_.insert(device.name);
    for (const kernel::SwapEntry& swap : snapshot_.swaps) {
      if (!device.is_at(swap.path)) continue;
      row.used_bytes = swap.used_bytes;
      row.total_bytes = swap.bytes;
    }
  }

  // True if the driver has given up all that they are on.
  bool are_down(const Devices& devices) const {
    Devices targets;
    for (const kernel::BlockDevice* device : devices) {
      for (const kernel::BlockDevice* target : snapshot_.targets_beneath(device->name))
        targets.push_back(target);
    }
    return !targets.empty() &&
           std::none_of(targets.begin(), targets.end(), [](const auto* target) { return target->is_up(); });
  }

  std::string_view state_of(const WantedItem& item, const Readiness& now) const {
    if (are_down(now.devices)) return "down";
    if (now.missing_members > 0) return "degraded";
    if (item.is_group) {
      if (now.devices.empty()) return now.state == State::waiting ? "missing" : item.words->not_in_place;
      return partial_groups_.contains(item.title) ? "partly active" : item.words->in_place;
    }
    if (now.state == State::there_already) return item.words->in_place;
    if (now.state == State::impossible) return "busy";
    return now.state == State::waiting && now.devices.empty() ? "missing" : item.words->not_in_place;
  }

  void add_configured(const WantedItem& item) {
    const Readiness now = item.readiness({snapshot_, finder_, world_.inspector});
    if (item.wanted->only_if_on_aoe && now.devices.empty()) return;  // somebody else's
    StatusRow row;
    row.configured = true;
    row.required = item.wanted->required;
    row.device = item.title;
    row.mountpoint = item.target;
    row.type = item.type;
    row.state = state_of(item, now);
    if (item.is_group) {
      for (const kernel::BlockDevice* volume : now.devices) row.bytes += volume->bytes;
      if (!now.devices.empty()) row.path = "/dev/" + item.title;
    } else if (!now.devices.empty()) {
      describe(row, *now.devices.front());
      if (item.is_on_device) row.device = now.devices.front()->title();
    }
    if (!item.target.empty()) look_at_mount(row, now);
    const bool in_place = row.state == item.words->in_place;
    const bool degraded = row.state == "degraded";  // it works, with less than it should have
    status_.whole = status_.whole && in_place;
    status_.good = status_.good && (in_place || degraded || !row.required);
    status_.rows.push_back(std::move(row));
  }

  void look_at_mount(StatusRow& row, const Readiness& now) {
    const kernel::MountEntry* entry = snapshot_.mount_at(world_.inspector.resolve(row.mountpoint));
    if (entry == nullptr) return;
    shown_mounts_.insert(entry->id);
    const kernel::BlockDevice* mounted = snapshot_.device_of(*entry);
    if (now.state == State::there_already || (mounted != nullptr && now.devices == Devices{mounted})) {
      row.type = entry->type;
    } else if (mounted != nullptr && finder_.is_probing(*mounted)) {
      // It may well be the one, but does not even say what is on it.
      describe(row, *mounted);
      row.state = "silent";
      row.type = entry->type;
    } else {
      row.state = "busy";
    }
  }

  StatusRow unconfigured(const kernel::BlockDevice& device, std::string_view state) {
    StatusRow row;
    row.device = device.title();
    row.state = are_down({&device}) ? "down" : state;
    describe(row, device);
    return row;
  }

  void add_other_mounts() {
    const auto on_aoe = snapshot_.on_aoe();
    for (const kernel::MountEntry& entry : snapshot_.mounts) {
      const kernel::BlockDevice* device = snapshot_.device_of(entry);
      if (device == nullptr || std::find(on_aoe.begin(), on_aoe.end(), device->name) == on_aoe.end() ||
          shown_mounts_.contains(entry.id))
        continue;
      StatusRow row = unconfigured(*device, "mounted");
      row.mountpoint = entry.target;
      row.type = entry.type;
      status_.rows.push_back(std::move(row));
    }
  }

  // Adds the devices that nothing else is on.
  void add_other_devices() {
    const auto on_aoe = snapshot_.on_aoe();
    std::set<std::string, std::less<>> used;
    for (const std::string& name : on_aoe) {
      for (const std::string& below : snapshot_.device(name)->below) used.insert(below);
    }
    for (const std::string& name : on_aoe) {
      if (shown_.contains(name) || used.contains(name)) continue;
      StatusRow row = unconfigured(*snapshot_.device(name), "not mounted");
      if (row.total_bytes) {
        row.type = "swap";
        if (row.state != "down") row.state = "in use";
      }
      status_.rows.push_back(std::move(row));
    }
  }

  void measure() {
    for (std::size_t i = 0; i < status_.rows.size(); ++i) {
      const StatusRow& row = status_.rows[i];
      if (row.state == "mounted") measuring_[world_.tasks.start(Measure{row.mountpoint})] = i;
    }
    wait_until([&] { return measuring_.empty(); });
    for (const auto& [job, row] : measuring_) world_.tasks.abandon(job);
  }

  const std::vector<WantedItem> items_;
  World world_;
  kernel::Snapshot snapshot_;
  DeviceFinder finder_;
  Clock::time_point end_;
  Status status_;
  std::set<std::string, std::less<>> shown_;  // devices
  std::set<int> shown_mounts_;
  std::map<int, std::size_t> measuring_;  // job to row
  std::set<int> asking_;
  std::map<int, std::string> inspecting_;  // job to volume group
  std::set<std::string, std::less<>> partial_groups_;
};

}  // namespace

Status status_of(const config::Client& client, const World& world) {
  return Survey(client, world).run();
}

}  // namespace aoe_mount
