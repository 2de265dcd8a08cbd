#include "disk/page_state.h"

#include <unistd.h>

namespace disk {

namespace {

// As in <linux/mman.h> of Linux 6.5, which C libraries and headers of older systems lack. The number is the
// same on all architectures but Alpha.
#if defined(__alpha__)
constexpr long kCachestat = 561;
#else
constexpr long kCachestat = 451;
#endif
struct CachestatRange {
  std::uint64_t offset;
  std::uint64_t bytes;
};
struct Cachestat {
  std::uint64_t cached;
  std::uint64_t dirty;
  std::uint64_t under_write_back;
  std::uint64_t evicted;
  std::uint64_t recently_evicted;
};

}  // namespace

bool is_under_write_back(int fd, std::uint64_t offset, std::uint64_t bytes) {
  const CachestatRange range{offset, bytes};
  Cachestat pages{};
  return ::syscall(kCachestat, fd, &range, &pages, 0) != 0 || pages.under_write_back > 0;
}

}  // namespace disk
