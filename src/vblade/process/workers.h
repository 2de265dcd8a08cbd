// Workers: processes that do what may hang in the kernel, kept by one that does nothing else and so cannot.
// A worker that hangs is left behind, and another one takes its place.
#pragma once

#include <functional>
#include <vector>

namespace vblade {

// What a worker does until its end. `replaces`: another one was there before.
using Worker = std::function<void(bool replaces)>;

// Runs each worker in a child process, and one that has ended again. Each byte that comes by `control`, a
// socket, is the number of a worker that is to be replaced. Ends, with all workers that can, when the other
// end of `control` is closed.
[[noreturn]] void keep_workers(int control, const std::vector<Worker>& workers);

}  // namespace vblade
