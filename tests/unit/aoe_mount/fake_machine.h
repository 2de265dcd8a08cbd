// FakeMachine: a Machine whose clock jumps to the next thing that happens, whose devices appear when a test
// says so, and which remembers all that was asked of it.
#pragma once

#include "aoe_mount/machine/machine.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tests {

using std::chrono::milliseconds;

class FakeMachine : public aoe_mount::Machine {
 public:
  // What the test arranges.
  kernel::Snapshot world;
  bool driver = true;
  std::set<std::string> absent_interfaces;
  std::set<std::string> down_interfaces;
  std::map<std::string, std::string> interface_users;
  aoe_mount::Changes changed;
  std::optional<unsigned> users_of_driver = 0;
  std::map<std::string, aoe_mount::Signature> signatures;  // by device path
  std::map<std::string, std::vector<std::string>> users;   // by directory
  // Answers to work, by its text ("attach /dev/etherd/e1.0 /mnt"), the last one for ever; else it succeeds.
  std::map<std::string, std::vector<aoe_mount::Outcome>> answers;
  std::set<std::string> hangs;  // work that never ends
  // Disks ("etherd!e1.0") that do not answer: what touches one, and has no answer above, hangs until the
  // driver gives the disk up, as it does with one that lets a request wait for longer than aoe_deadsecs.
  std::set<std::string, std::less<>> dead;
  milliseconds driver_looks_after{300};
  // Happens so long after the start.
  void at(milliseconds when, std::function<void()> event) { events_.emplace(when, std::move(event)); }

  // What the test looks at.
  std::vector<std::string> asked;
  milliseconds time{0};

  // Adds a device that is up; "e1.0p2" a partition of e1.0.
  kernel::BlockDevice& add_aoe(const std::string& title, std::uint64_t bytes = 1 << 30) {
    kernel::BlockDevice device;
    device.name = "etherd!" + title;
    device.number = fmt::format("152:{}", world.devices.size());
    device.bytes = bytes;
    device.state = "up";
    const std::size_t p = title.find('p');
    device.address = *aoe::Address::parse(title.substr(0, p));
    if (p != std::string::npos) {
      device.partition = static_cast<unsigned>(std::stoul(title.substr(p + 1)));
      device.below = {"etherd!" + title.substr(0, p)};
    }
    world.devices.push_back(device);
    return world.devices.back();
  }
  kernel::BlockDevice& add_layer(const std::string& name, std::vector<std::string> below) {
    kernel::BlockDevice device;
    device.name = name;
    device.number = fmt::format("253:{}", world.devices.size());
    device.bytes = 1 << 30;
    device.below = std::move(below);
    world.devices.push_back(device);
    return world.devices.back();
  }
  void add_mount(const std::string& device_path, const std::string& target,
                 const std::string& type = "ext4") {
    const auto device = std::find_if(world.devices.begin(), world.devices.end(), [&](const auto& d) {
      return d.path() == device_path || d.kernel_path() == device_path;
    });
    const auto* outer = world.mount_of(target);
    world.mounts.push_back({static_cast<int>(world.mounts.size()) + 100, outer != nullptr ? outer->id : 1,
                            device != world.devices.end() ? device->number : "0:99", device_path, target,
                            type});
  }
  // It answers again; what waits for it is done at that time.
  void revive(const std::string& name, milliseconds done) {
    for (auto& device : world.devices) {
      if (device.name != name) continue;
      for (const auto& [job, text] : running_) {
        if (waits_for(job, device)) end_job(job, done);
      }
      ++device.completed;
    }
    dead.erase(name);
  }
  void add_swap(const std::string& path, std::uint64_t bytes = 1 << 20, std::uint64_t used = 0) {
    world.swaps.push_back({path, bytes, used});
  }

  // Machine.
  Clock::time_point now() override { return Clock::time_point{} + std::chrono::hours(1) + time; }
  kernel::Snapshot look() override {
    for (auto& device : world.devices) {
      if (!device.address || device.partition) continue;
      device.in_flight = static_cast<std::uint64_t>(std::count_if(
          running_.begin(), running_.end(), [&](const auto& job) { return waits_for(job.first, device); }));
    }
    return world;
  }
  bool has_driver() override { return driver; }
  base::Result<> load_driver() override {
    asked.push_back("load driver");
    if (no_driver_) return base::fail("the kernel has no driver aoe");
    driver = changed.driver = true;
    return {};
  }
  void has_no_driver_at_all() {
    driver = false;
    no_driver_ = true;
  }
  base::Result<> use_interfaces(const std::vector<std::string>& names) override {
    asked.push_back(fmt::format("use [{}]", fmt::join(names, " ")));
    return {};
  }
  base::Result<> discover() override {
    ++discoveries;
    return {};
  }
  int discoveries = 0;
  aoe_mount::ForgetUnused forget_unused() override { return {"/dev/etherd/flush"}; }
  std::set<std::string, std::less<>> opened;  // disks that somebody has open, although nothing stands on them
  base::Result<> set_driver_parameter(const std::string& name, std::uint32_t value) override {
    asked.push_back(fmt::format("{}={}", name, value));
    return {};
  }
  base::Result<> restore_driver_parameters() override {
    asked.push_back("restore parameters");
    changed.parameters.clear();
    return {};
  }
  base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) override {
    asked.push_back(fmt::format("mtu {} {}", name, mtu));
    return {};
  }
  base::Result<> restore_mtu(const std::string& name) override {
    asked.push_back("restore mtu " + name);
    changed.mtus.erase(name);
    return {};
  }
  std::string resolve(const std::string& path) override {
    const auto link = links.find(path);
    return link != links.end() ? link->second : path;
  }
  std::map<std::string, std::string> links;  // of /dev
  base::Result<> lower_deadsecs(std::chrono::seconds patience) override {
    asked.push_back(fmt::format("give up who is silent for {} s", patience.count()));
    changed.deadsecs = "180";
    deadsecs_ = patience;
    for (const auto& [job, text] : running_) driver_looks_at(job);
    return {};
  }
  base::Result<std::vector<net::Interface>> interfaces() override { return network; }
  std::vector<net::Interface> network;
  net::Interface& add_interface(const std::string& name, std::uint8_t last_octet, bool carrier = true) {
    net::Interface interface;
    interface.name = name;
    interface.index = static_cast<int>(network.size()) + 2;
    interface.mac = {{0x52, 0x54, 0, 0, 0, last_octet}};
    interface.ethernet = interface.enabled = true;
    interface.up = carrier;
    network.push_back(interface);
    return network.back();
  }
  base::Result<bool> raise_interface(const std::string& name) override {
    if (absent_interfaces.contains(name)) return base::fail("there is no interface {}", name);
    asked.push_back("raise " + name);
    if (down_interfaces.erase(name) == 0) return false;
    changed.interfaces.push_back(name);
    return true;
  }
  base::Result<> lower_interface(const std::string& name) override {
    asked.push_back("lower " + name);
    std::erase(changed.interfaces, name);
    return {};
  }
  std::string interface_user(const std::string& name) override { return interface_users[name]; }
  base::Result<> restore_deadsecs() override {
    if (!changed.deadsecs.empty()) asked.push_back("be patient again");
    changed.deadsecs.clear();
    deadsecs_ = std::chrono::seconds(180);
    return {};
  }
  std::optional<unsigned> driver_users() override { return users_of_driver; }
  aoe_mount::Changes changes() override { return changed; }
  void driver_is_unloaded() override { changed.driver = false; }
  int start(const aoe_mount::Work& work) override {
    const std::string text = describe(work);
    asked.push_back(text);
    const int job = ++last_job_;
    running_[job] = text;
    work_[job] = work;
    started_[job] = time;
    targets_[job] = targets_of(work);
    if (is_waiting(job)) {
      driver_looks_at(job);
    } else if (!hangs.contains(text)) {
      end_job(job, time + milliseconds(100));
    }
    return job;
  }
  const aoe_mount::Work& last_work() const { return work_.at(last_job_); }
  void abandon(int job) override {
    asked.push_back("abandon " + running_[job]);
    running_.erase(job);
  }
  std::vector<aoe_mount::Finished> wait(Clock::time_point until) override {
    const auto start = now() - time;
    milliseconds next = until == Clock::time_point::max() ? milliseconds(24 * 3600'000)
                                                          : std::chrono::ceil<milliseconds>(until - start);
    if (!events_.empty()) next = std::min(next, events_.begin()->first);
    time = std::max(time, next);
    std::vector<aoe_mount::Finished> finished;
    while (!events_.empty() && events_.begin()->first <= time) {
      const auto event = events_.extract(events_.begin());
      event.mapped()();
    }
    finished.swap(finished_);
    return finished;
  }
  bool has_end_signal() override { return end_signal; }
  bool end_signal = false;
  std::vector<std::string> users_of(const std::string& directory) override { return users[directory]; }
  std::vector<kernel::MountElsewhere> mounts_elsewhere() override { return elsewhere; }
  std::vector<kernel::MountElsewhere> elsewhere;

 private:
  static std::string describe(const aoe_mount::Work& work) {
    if (const auto* w = std::get_if<aoe_mount::Probe>(&work)) return "probe " + w->device;
    if (const auto* w = std::get_if<aoe_mount::Ask>(&work)) return "ask " + w->device;
    if (const auto* w = std::get_if<aoe_mount::Attach>(&work))
      return fmt::format("attach {} {}", w->device, w->target);
    if (const auto* w = std::get_if<aoe_mount::Detach>(&work)) {
      return fmt::format("{} {}{}", w->lazy ? "detach lazily" : "detach", w->target,
                         w->pid != 0 ? fmt::format(" of {}", w->pid) : "");
    }
    if (const auto* w = std::get_if<aoe_mount::SwapOff>(&work)) return "swapoff " + w->path;
    if (const auto* w = std::get_if<aoe_mount::SwapOn>(&work))
      return fmt::format("swapon {} {}", w->device, w->priority);
    if (const auto* w = std::get_if<aoe_mount::Run>(&work))
      return fmt::format("{}", fmt::join(w->words, " "));
    if (const auto* w = std::get_if<aoe_mount::Release>(&work)) return "release " + w->path;
    if (std::holds_alternative<aoe_mount::UnloadDriver>(work)) return "unload driver";
    if (std::holds_alternative<aoe_mount::ForgetUnused>(work)) return "forget unused";
    return "measure " + std::get<aoe_mount::Measure>(work).target;
  }

  // The AoE disks that this work touches.
  std::set<std::string> targets_of(const aoe_mount::Work& work) const {
    std::string path;
    if (const auto* w = std::get_if<aoe_mount::Ask>(&work)) path = w->device;
    if (const auto* w = std::get_if<aoe_mount::Attach>(&work)) path = w->device;
    if (const auto* w = std::get_if<aoe_mount::Release>(&work)) path = w->path;
    if (const auto* w = std::get_if<aoe_mount::SwapOff>(&work)) path = w->path;
    const auto* detach = std::get_if<aoe_mount::Detach>(&work);
    std::set<std::string> names;
    for (const auto& device : world.devices) {
      const auto* entry = detach != nullptr && !detach->lazy ? world.mount_at(detach->target) : nullptr;
      const bool meant = entry != nullptr ? world.device_of(*entry) == &device
                                          : device.path() == path || device.kernel_path() == path;
      if (!meant) continue;
      for (const auto* target : world.targets_beneath(device.name)) names.insert(target->name);
    }
    return names;
  }

  bool waits_for(int job, const kernel::BlockDevice& disk) const {
    return dead.contains(disk.name) && disk.is_up() && targets_.at(job).contains(disk.name) &&
           !answers.contains(running_.at(job));
  }
  bool is_waiting(int job) const {
    return std::any_of(world.devices.begin(), world.devices.end(),
                       [&](const auto& device) { return waits_for(job, device); });
  }

  // Now, or when the request will be old enough, the driver gives up the first disk that the job waits for.
  void driver_looks_at(int job) {
    const auto old_enough = started_[job] + milliseconds(1000 * (deadsecs_.count() + 1));
    at(std::max(time + driver_looks_after, old_enough), [this, job, old_enough] {
      if (!running_.contains(job)) return;
      if (old_enough < started_[job] + milliseconds(1000 * (deadsecs_.count() + 1))) return;
      for (auto& device : world.devices) {
        if (waits_for(job, device)) return give_up(device);
      }
    });
  }
  void give_up(kernel::BlockDevice& disk) {
    std::vector<int> waiting;
    for (const auto& [job, text] : running_) {
      if (waits_for(job, disk)) waiting.push_back(job);
    }
    disk.state = "down,closewait";
    for (const int job : waiting) {
      if (is_waiting(job)) {
        started_[job] = time;  // its next request
        driver_looks_at(job);
      } else if (!hangs.contains(running_[job])) {
        end_job(job, time + milliseconds(100));
      }
    }
  }

  void end_job(int job, milliseconds when) {
    at(when, [this, job] {
      const auto running = running_.find(job);
      if (running == running_.end()) return;
      aoe_mount::Outcome outcome = answer(running->second, work_[job]);
      if (outcome.done) happen(work_[job]);
      finished_.push_back({job, std::move(outcome)});
      running_.erase(running);
    });
  }

  aoe_mount::Outcome answer(const std::string& text, const aoe_mount::Work& work) {
    if (const auto scripted = answers.find(text); scripted != answers.end()) {
      const aoe_mount::Outcome outcome = scripted->second.front();
      if (scripted->second.size() > 1) scripted->second.erase(scripted->second.begin());
      return outcome;
    }
    aoe_mount::Outcome outcome;
    outcome.done = true;
    outcome.text = "done";
    if (const auto* probe = std::get_if<aoe_mount::Probe>(&work)) outcome.found = signatures[probe->device];
    if (std::holds_alternative<aoe_mount::Measure>(work)) {
      outcome.total_bytes = 1000;
      outcome.used_bytes = 421;
    }
    return outcome;
  }

  // What succeeds changes the world.
  void happen(const aoe_mount::Work& work) {
    if (const auto* attach = std::get_if<aoe_mount::Attach>(&work)) add_mount(attach->device, attach->target);
    if (const auto* detach = std::get_if<aoe_mount::Detach>(&work)) {
      if (detach->pid == 0)
        std::erase_if(world.mounts, [&](const auto& entry) { return entry.target == detach->target; });
      std::erase_if(elsewhere, [&](const auto& mount) {
        return mount.pid == detach->pid && mount.entry.target == detach->target;
      });
    }
    if (const auto* release = std::get_if<aoe_mount::Release>(&work))
      std::erase_if(world.devices, [&](const auto& device) { return device.name == release->name; });
    if (std::holds_alternative<aoe_mount::ForgetUnused>(work)) forget_unopened();
    if (const auto* swap = std::get_if<aoe_mount::SwapOff>(&work))
      std::erase_if(world.swaps, [&](const auto& entry) { return entry.path == swap->path; });
  }

  void forget_unopened() {
    std::erase_if(world.devices, [this](const auto& device) {
      return device.is_target() && !opened.contains(device.name) &&
             std::none_of(world.mounts.begin(), world.mounts.end(),
                          [&](const auto& entry) { return entry.number == device.number; });
    });
  }

  bool no_driver_ = false;
  int last_job_ = 0;
  std::map<int, std::string> running_;
  std::map<int, aoe_mount::Work> work_;
  std::map<int, milliseconds> started_;
  std::map<int, std::set<std::string>> targets_;
  std::chrono::seconds deadsecs_{180};
  std::vector<aoe_mount::Finished> finished_;
  std::multimap<milliseconds, std::function<void()>> events_;
};

}  // namespace tests
