#include "mount/status.h"

#include "base/text_table.h"
#include "base/units.h"
#include "mount/device_finder.h"
#include "mount/readiness.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aoe_mount {

namespace {

using Clock = Machine::Clock;
constexpr std::chrono::milliseconds kPatience{1000};

class Survey {
 public:
  Survey(const config::Client& client, Machine& machine)
      : client_(client),
        machine_(machine),
        snapshot_(machine.look()),
        finder_(machine),
        end_(machine.now() + kPatience) {}

  Status run() {
    const bool by_signature = std::any_of(
        client_.mounts.begin(), client_.mounts.end(),
        [](const auto& mount) { return !std::holds_alternative<config::AoeDevice>(mount.source); });
    if (by_signature) finder_.probe_new(snapshot_);
    wait_until([&] { return finder_.is_idle(); });
    for (const config::Mount& mount : client_.mounts) add_configured(mount);
    add_the_rest();
    measure();
    return std::move(status_);
  }

 private:
  template <class Condition>
  void wait_until(Condition condition) {
    while (!condition() && machine_.now() < end_) {
      for (const Finished& finished : machine_.wait(end_)) {
        if (finder_.take(finished)) continue;
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

  void describe(StatusRow& row, const BlockDevice& device) {
    row.device = device.title();
    row.path = device.path();
    row.bytes = device.bytes;
    row.state = device.address && !device.is_up() ? "down" : "not mounted";
    shown_.insert(device.name);
  }

  // Its device is not its own: that of the mount which the directory is on has a row already.
  void add_bind(const config::Mount& mount, const std::string& directory) {
    StatusRow row;
    row.configured = true;
    row.required = mount.required;
    row.device = directory;
    row.mountpoint = mount.mountpoint.string();
    row.state = "missing";
    if (const MountEntry* entry = snapshot_.mount_at(row.mountpoint)) {
      const bool ours = shows(*entry, directory, snapshot_);
      row.state = ours ? "mounted" : "busy";
      row.type = ours ? entry->type : row.type;
      told_mounts_.insert(entry->id);
    }
    status_.good = status_.good && (!mount.required || row.state == "mounted");
    status_.rows.push_back(std::move(row));
  }

  void add_configured(const config::Mount& mount) {
    if (const auto* bind = std::get_if<config::BindOf>(&mount.source)) {
      add_bind(mount, bind->directory);
      return;
    }
    StatusRow row;
    row.configured = true;
    row.required = mount.required;
    row.device = source_text(mount.source);
    row.mountpoint = mount.mountpoint.string();
    row.type = mount.type;
    row.state = "missing";
    const BlockDevice* device = finder_.find(mount.source, snapshot_).device;
    if (const auto* source = std::get_if<config::AoeDevice>(&mount.source);
        source != nullptr && device == nullptr) {
      device = snapshot_.aoe_device(source->address, source->partition);  // not ready, but there
    }
    if (device != nullptr) describe(row, *device);
    if (const MountEntry* entry = snapshot_.mount_at(row.mountpoint)) {
      const BlockDevice* mounted = snapshot_.device_of(*entry);
      const bool ours = device != nullptr && mounted != nullptr && mounted->name == device->name;
      row.type = ours ? entry->type : row.type;
      if (!ours) {
        row.state = "busy";
      } else if (row.state != "down") {
        row.state = "mounted";
      }
      told_mounts_.insert(entry->id);
    }
    status_.good = status_.good && (!mount.required || row.state == "mounted");
    status_.rows.push_back(std::move(row));
  }

  // What nobody configured: other mounts on AoE, and devices that nothing uses.
  void add_the_rest() {
    const auto on_aoe = snapshot_.on_aoe();
    const std::set<std::string, std::less<>> names(on_aoe.begin(), on_aoe.end());
    for (const MountEntry& entry : snapshot_.mounts) {
      const BlockDevice* device = snapshot_.device_of(entry);
      if (device == nullptr || !names.contains(device->name) || told_mounts_.contains(entry.id)) continue;
      StatusRow row;
      describe(row, *device);
      if (row.state != "down") row.state = "mounted";
      row.mountpoint = entry.target;
      row.type = entry.type;
      status_.rows.push_back(std::move(row));
    }
    std::set<std::string, std::less<>> used;  // by what stands on them
    for (const std::string& name : on_aoe) {
      if (!shown_.contains(name) && !snapshot_.device(name)->address) continue;
      for (const std::string& below : snapshot_.device(name)->below) used.insert(below);
    }
    for (const std::string& name : on_aoe) {
      const BlockDevice& device = *snapshot_.device(name);
      if (shown_.contains(name) || used.contains(name)) continue;
      StatusRow row;
      describe(row, device);
      const bool swap = std::any_of(
          snapshot_.swaps.begin(), snapshot_.swaps.end(),
          [&](const std::string& path) { return path == device.path() || path == device.kernel_path(); });
      if (swap) row.state = row.type = "swap";
      status_.rows.push_back(std::move(row));
    }
  }

  void measure() {
    for (std::size_t i = 0; i < status_.rows.size(); ++i) {
      if (status_.rows[i].state == "mounted")
        measuring_[machine_.start(Measure{status_.rows[i].mountpoint})] = i;
    }
    wait_until([&] { return measuring_.empty(); });
    for (const auto& [job, row] : measuring_) machine_.abandon(job);
  }

  const config::Client& client_;
  Machine& machine_;
  Snapshot snapshot_;
  DeviceFinder finder_;
  Clock::time_point end_;
  Status status_;
  std::set<std::string, std::less<>> shown_;  // devices
  std::set<int> told_mounts_;
  std::map<int, std::size_t> measuring_;  // job to row
};

}  // namespace

Status status_of(const config::Client& client, Machine& machine) {
  return Survey(client, machine).run();
}

std::string status_table(const Status& status) {
  base::TextTable table({{"DEVICE"},
                         {"PATH"},
                         {"SIZE", base::Align::right},
                         {"STATE"},
                         {"MOUNTPOINT"},
                         {"TYPE"},
                         {"USE", base::Align::right}});
  const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  for (const StatusRow& row : status.rows) {
    const bool measured = row.total_bytes && *row.total_bytes > 0;
    table.add_row({row.device, or_dash(row.path), row.bytes > 0 ? base::size_text(row.bytes) : "-", row.state,
                   or_dash(row.mountpoint), or_dash(row.type),
                   measured
                       ? fmt::format("{}%", (*row.used_bytes * 100 + *row.total_bytes - 1) / *row.total_bytes)
                       : "-"});
  }
  return table.text();
}

std::string status_json(const Status& status) {
  auto rows = nlohmann::ordered_json::array();
  for (const StatusRow& row : status.rows) {
    nlohmann::ordered_json one = {{"device", row.device},         {"path", row.path},
                                  {"bytes", row.bytes},           {"state", row.state},
                                  {"mountpoint", row.mountpoint}, {"type", row.type},
                                  {"configured", row.configured}, {"required", row.required}};
    one["used_bytes"] = row.used_bytes ? nlohmann::ordered_json(*row.used_bytes) : nlohmann::ordered_json();
    one["total_bytes"] =
        row.total_bytes ? nlohmann::ordered_json(*row.total_bytes) : nlohmann::ordered_json();
    rows.push_back(std::move(one));
  }
  const nlohmann::ordered_json all = {{"good", status.good}, {"devices", std::move(rows)}};
  // Labels are whatever somebody wrote on a disk: not always UTF-8.
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace aoe_mount
