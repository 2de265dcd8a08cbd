// Workers: processes that do what may hang in the kernel, kept by one that does nothing else and so cannot.
// A worker that hangs is left behind, and another one takes its place.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace vblade {

// A worker's start: whether another one was there before, and the last task that nobody waits for any more.
struct Succession {
  bool replaces = false;
  std::uint64_t given_up = 0;
};

// A worker's whole life.
using Worker = std::function<void(Succession)>;

// What comes by the control socket: this worker is to be replaced, its successor shall leave tasks up to this
// one alone.
struct Replacement {
  std::uint64_t worker = 0;
  std::uint64_t given_up = 0;
};

// Runs each worker in a child process, and one that has ended again. Ends, with all workers that can, when
// the other end of `control` is closed.
[[noreturn]] void keep_workers(int control, const std::vector<Worker>& workers);

}  // namespace vblade
