// EventLoop: waits for what the program waits for, in one place (epoll), and calls who asked for it.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include <poll.h>

namespace vblade {

class EventLoop {
 public:
  using Callback = std::function<void()>;

  static base::Result<EventLoop> open();

  // Calls `ready` when `fd` is readable: again and again while it is, or (`edge`) once each time it becomes
  // so.
  void watch(int fd, Callback ready, bool edge = false);
  void watch_writable(int fd, Callback ready);
  void forget(int fd);
  // Calls `due` every `period` from now on.
  base::Result<> every(std::chrono::milliseconds period, Callback due);

  // Waits at most this long (negative: for ever) and calls back. 0: just looks.
  void wait(std::chrono::milliseconds timeout);
  // Waits until there is something to call back for, and does so, or until one of `others` is readable. What
  // comes often belongs there: the kernel calls epoll for every single event of a descriptor that it watches,
  // also while we are awake. True when one of `others` has an error to be taken from it: it stays readable
  // until then. At most `timeout`; negative: for ever.
  bool sleep(std::span<const int> others, std::chrono::milliseconds timeout);

 private:
  void add(int fd, std::uint32_t events, Callback ready);

  base::Fd epoll_;
  // Callbacks may forget others, or themselves: what is running stays alive.
  std::unordered_map<int, std::shared_ptr<Callback>> callbacks_;
  std::vector<base::Fd> timers_;
  std::vector<pollfd> asleep_for_;
};

}  // namespace vblade
