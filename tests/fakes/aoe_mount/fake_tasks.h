// FakeTasks: work that ends when a test says so, on a clock that jumps to the next thing that happens.
#pragma once

#include "tests/fakes/aoe_mount/fake_state.h"
#include "tests/fakes/aoe_mount/work_text.h"

namespace tests {

class FakeTasks : public virtual FakeState, public aoe_mount::Tasks {
 public:
  FakeTasks() {
    when_deadsecs_are_lowered_ = [this] {
      for (const auto& [job, text] : running_) driver_looks_at(job);
    };
  }

  std::map<std::string, aoe_mount::Signature> signatures;  // by device path
  // Answers to work, by its text ("attach /dev/etherd/e1.0 /mnt"), the last one for ever; else it succeeds.
  std::map<std::string, std::vector<aoe_mount::Outcome>> answers;
  std::set<std::string> hangs;  // work that never ends
  // Mounts whose users go when they get a signal: "end the users of /mnt", "kill the users of /mnt". Until
  // then the answers above say that they are busy.
  std::set<std::string> users_go_by;
  // Disks ("etherd!e1.0") that do not answer: work that touches one, and has no answer above, hangs until the
  // driver gives the disk up, as it does with one that lets a request wait for longer than aoe_deadsecs.
  std::set<std::string, std::less<>> dead;
  milliseconds driver_looks_after{300};
  bool end_signal = false;
  std::set<std::string, std::less<>> opened;      // disks that have a reader, although nothing is on them
  std::vector<kernel::MountElsewhere> elsewhere;  // mounts in other namespaces
  // Lets a disk answer again; work that waits for it is done at that time.
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

  // The requests that this disk has not answered.
  std::uint64_t in_flight_of(const kernel::BlockDevice& disk) const {
    return static_cast<std::uint64_t>(std::count_if(
        running_.begin(), running_.end(), [&](const auto& job) { return waits_for(job.first, disk); }));
  }

  Clock::time_point now() override { return Clock::time_point{} + std::chrono::hours(1) + time; }
  int start(const aoe_mount::Work& work) override {
    const std::string text = work_text(work);
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

 private:
  // Names the AoE disks that this work touches.
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

  // Changes the world as the finished work does.
  void happen(const aoe_mount::Work& work) {
    if (const auto* attach = std::get_if<aoe_mount::Attach>(&work)) add_mount(attach->device, attach->target);
    if (const auto* detach = std::get_if<aoe_mount::Detach>(&work)) {
      if (detach->pid == 0)
        std::erase_if(world.mounts, [&](const auto& entry) { return entry.target == detach->target; });
      std::erase_if(elsewhere, [&](const auto& mount) {
        return mount.pid == detach->pid && mount.entry.target == detach->target;
      });
    }
    if (const auto* end = std::get_if<aoe_mount::EndUsers>(&work);
        end && users_go_by.contains(work_text(work)))
      answers.erase("detach " + end->target);
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

  int last_job_ = 0;
  std::map<int, std::string> running_;
  std::map<int, aoe_mount::Work> work_;
  std::map<int, milliseconds> started_;
  std::map<int, std::set<std::string>> targets_;
  std::vector<aoe_mount::Finished> finished_;
};

}  // namespace tests
