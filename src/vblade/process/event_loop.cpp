#include "vblade/process/event_loop.h"

#include <algorithm>
#include <array>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace vblade {

base::Result<EventLoop> EventLoop::open() {
  EventLoop loop;
  loop.epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (!loop.epoll_) return base::fail_errno(errno, "cannot wait for events");
  return loop;
}

void EventLoop::watch(int fd, Callback ready, bool edge) {
  add(fd, edge ? EPOLLIN | EPOLLET : static_cast<std::uint32_t>(EPOLLIN), std::move(ready));
}

void EventLoop::watch_writable(int fd, Callback ready) {
  add(fd, EPOLLOUT, std::move(ready));
}

void EventLoop::add(int fd, std::uint32_t events, Callback ready) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0 && errno == EEXIST) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
  }
  callbacks_[fd] = std::make_shared<Callback>(std::move(ready));
}

void EventLoop::forget(int fd) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  callbacks_.erase(fd);
}

base::Result<> EventLoop::every(std::chrono::milliseconds period, Callback due) {
  base::Fd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer) return base::fail_errno(errno, "cannot make a timer");
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(period);
  const std::chrono::nanoseconds rest = period - seconds;
  itimerspec times{};
  times.it_interval.tv_sec = static_cast<decltype(times.it_interval.tv_sec)>(seconds.count());
  times.it_interval.tv_nsec = static_cast<decltype(times.it_interval.tv_nsec)>(rest.count());
  times.it_value = times.it_interval;
  ::timerfd_settime(timer.get(), 0, &times, nullptr);
  watch(timer.get(), [fd = timer.get(), due = std::move(due)] {
    std::uint64_t expired = 0;
    if (::read(fd, &expired, sizeof expired) == sizeof expired) due();
  });
  timers_.push_back(std::move(timer));
  return {};
}

void EventLoop::wait(std::chrono::milliseconds timeout) {
  std::array<epoll_event, 64> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(timeout.count()));
  for (int i = 0; i < count; ++i) {
    const auto found = callbacks_.find(events[static_cast<std::size_t>(i)].data.fd);
    if (found == callbacks_.end()) continue;
    const std::shared_ptr<Callback> running = found->second;
    (*running)();
  }
}

bool EventLoop::sleep(std::span<const int> others, std::chrono::milliseconds timeout) {
  asleep_for_.clear();
  asleep_for_.push_back({epoll_.get(), POLLIN, 0});
  for (const int fd : others) asleep_for_.push_back({fd, POLLIN, 0});
  (void)::poll(asleep_for_.data(), asleep_for_.size(), static_cast<int>(timeout.count()));
  if (asleep_for_.front().revents != 0) wait(std::chrono::milliseconds(0));
  return std::any_of(asleep_for_.begin() + 1, asleep_for_.end(),
                     [](const pollfd& one) { return (one.revents & POLLERR) != 0; });
}

}  // namespace vblade
