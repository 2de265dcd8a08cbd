// close_range(2), of which musl has no function.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

namespace base {

// Safe in a child after fork(). Negative, with errno set, when it fails.
inline long close_range(unsigned first, unsigned last, unsigned flags = 0) {
  return ::syscall(SYS_close_range, first, last, flags);
}

}  // namespace base
