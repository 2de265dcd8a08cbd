// Front: the process that was started, and that others signal and wait for. The server is its child, for one
// reason: a process whose disk does not answer cannot end before it does (the kernel's threads that work for
// it wait where no signal reaches them), and nobody should have to wait for that.
//
// What the front is told it tells the server, and as the server ends it ends, after what the server leaves
// behind. It touches no file and no network, so that nothing can hold it up.
#pragma once

#include "base/result.h"

#include <chrono>

#include <sys/types.h>

namespace vblade {

// Forks, and returns in the server; the front ends, at the latest `patience` after it was told to. A server
// that has not ended by then is left behind: the front logs that, and ends with 1. To be called before there
// are threads, with SIGTERM, SIGINT and SIGHUP blocked: those are handed on. `daemon`: the terminal is let
// go, by the front at once.
base::Result<> serve_behind_front(std::chrono::milliseconds patience, bool daemon = true);

// In the server: its front's process id, which is the one that others know.
pid_t front_process();

// In the server: from now on it ends when the front does, in whatever way. The kernel forgets that when a
// process becomes another user.
void end_with_front();

}  // namespace vblade
