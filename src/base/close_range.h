// close_range(2), of which musl has no function.
#pragma once

#include <algorithm>
#include <vector>

#include <sys/syscall.h>
#include <unistd.h>

namespace base {

// Safe in a child after fork(). Negative, with errno set, when it fails.
inline long close_range(unsigned first, unsigned last, unsigned flags = 0) {
  return ::syscall(SYS_close_range, first, last, flags);
}

// Closes every descriptor but these.
inline void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned next = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > next) close_range(next, number - 1);
    next = number + 1;
  }
  close_range(next, ~0U);
}

}  // namespace base
