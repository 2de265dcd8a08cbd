// What the kernel says of pages in the page cache.
#pragma once

#include <cstdint>

namespace disk {

// Pages of these bytes are on their way to the disk, or the kernel (before Linux 6.5) does not say. Never
// waits.
bool is_under_write_back(int fd, std::uint64_t offset, std::uint64_t bytes);

}  // namespace disk
