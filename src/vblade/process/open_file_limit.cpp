#include "vblade/process/open_file_limit.h"

#include <algorithm>

#include <sys/resource.h>

namespace vblade {

namespace {

// Enough for all addresses of a few shelves; the kernel's usual bound for any process (fs.nr_open).
constexpr rlim_t kWanted = 1 << 20;

}  // namespace

std::uint64_t raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  // Root may go over the hard limit; others, and a lower fs.nr_open, end there.
  const rlimit most{std::max(limit.rlim_cur, kWanted), std::max(limit.rlim_max, kWanted)};
  if (::setrlimit(RLIMIT_NOFILE, &most) == 0) return most.rlim_cur;
  const rlimit hard{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &hard) == 0) return hard.rlim_cur;
  return limit.rlim_cur;
}

}  // namespace vblade
