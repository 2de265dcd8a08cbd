#include "aoe_mount/machine/real_tasks.h"

#include "aoe_mount/work/real_disk_tools.h"

#include <algorithm>

#include <poll.h>

namespace aoe_mount {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookWithoutEvents{250};
// The kernel can lose events when many come at once; wait() then returns this much later.
constexpr milliseconds kLookAnyway{2000};

}  // namespace

RealTasks::RealTasks() {
  if (auto events = kernel::Uevents::open()) events_ = std::move(*events);
}

int RealTasks::start(const Work& work) {
  const int job = ++last_job_;
  auto task = Task::start([&] { return pack(perform(work)); });
  if (task) {
    tasks_.emplace(job, std::move(*task));
  } else {
    Finished finished{job, {}};
    finished.outcome.text = task.error().message;
    failed_to_start_.push_back(std::move(finished));
  }
  return job;
}

void RealTasks::abandon(int job) {
  const auto task = tasks_.find(job);
  if (task == tasks_.end()) return;
  task->second.abandon();
  tasks_.erase(task);
}

std::vector<Finished> RealTasks::wait(Clock::time_point until) {
  std::vector<pollfd> waits;
  for (const auto& [job, task] : tasks_) waits.push_back({task.fd(), POLLIN, 0});
  if (events_) waits.push_back({events_->fd(), POLLIN, 0});
  const auto longest = events_ ? kLookAnyway : kLookWithoutEvents;
  const auto left = std::chrono::ceil<milliseconds>(until - now());
  const auto pause = failed_to_start_.empty() ? std::clamp(left, milliseconds(0), longest) : milliseconds(0);
  (void)::poll(waits.data(), waits.size(), static_cast<int>(pause.count()));
  if (events_) (void)events_->drain();
  return collect();
}

std::vector<Finished> RealTasks::collect() {
  std::vector<Finished> all = std::move(failed_to_start_);
  failed_to_start_.clear();
  for (auto it = tasks_.begin(); it != tasks_.end();) {
    if (!it->second.collect()) {
      ++it;
      continue;
    }
    Finished finished{it->first, {}};
    if (!unpack(it->second.output(), finished.outcome)) finished.outcome.text = "its process was killed";
    all.push_back(std::move(finished));
    it = tasks_.erase(it);
  }
  return all;
}

}  // namespace aoe_mount
