#include "vblade/inventory/state_thread.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace vblade {

namespace {

struct Job {
  aoe::Address address;
  aoe::TargetState state;
};

}  // namespace

// The thread has its share, and so may outlive the object.
struct StateThread::Shared {
  std::shared_ptr<StateStore> store;
  base::Fd event;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> jobs;
  std::vector<Written> written;
  bool at_work = false;
  bool ending = false;
};

base::Result<std::unique_ptr<StateThread>> StateThread::open(std::shared_ptr<StateStore> store) {
  auto shared = std::make_shared<Shared>();
  shared->store = std::move(store);
  shared->event.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!shared->event) return base::fail_errno(errno, "cannot make an event descriptor");
  std::unique_ptr<StateThread> writer(new StateThread(shared));
  try {
    writer->thread_ = std::thread([shared] { run(shared); });
  } catch (const std::system_error& error) {
    return base::fail_errno(error.code().value(), "cannot start the thread that keeps states");
  }
  return writer;
}

StateThread::~StateThread() {
  if (!thread_.joinable()) return;
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  shared_->changed.notify_one();
  const bool at_work = shared_->at_work;
  lock.unlock();
  if (at_work) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void StateThread::start(aoe::Address address, const aoe::TargetState& state) {
  const std::scoped_lock lock(shared_->mutex);
  shared_->jobs.push_back({address, state});
  shared_->changed.notify_one();
}

int StateThread::fd() const {
  return shared_->event.get();
}

std::vector<StateThread::Written> StateThread::take() {
  std::uint64_t count = 0;
  (void)!::read(shared_->event.get(), &count, sizeof count);
  const std::scoped_lock lock(shared_->mutex);
  return std::exchange(shared_->written, {});
}

void StateThread::run(const std::shared_ptr<Shared>& shared) {
  ::prctl(PR_SET_NAME, "vblade-state");
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->ending || !shared->jobs.empty(); });
    if (shared->ending) return;
    const Job job = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    shared->at_work = true;
    lock.unlock();
    base::Result<> result = shared->store->save(job.address, job.state);
    lock.lock();
    shared->at_work = false;
    shared->written.push_back({job.address, std::move(result)});
    const std::uint64_t one = 1;
    (void)!::write(shared->event.get(), &one, sizeof one);
  }
}

}  // namespace vblade
