// Reads a disk without becoming its prisoner: whoever waits for a disk that does not answer cannot be ended
// before the driver gives it up, which takes minutes.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

namespace aoetools {

struct DiskStart {
  bool hangs = false;  // nothing came in time
  // The beginning of the disk; absent: it hangs, or cannot be read.
  std::optional<std::vector<std::byte>> bytes;
};

// At most the first `most` bytes.
DiskStart read_start(const std::filesystem::path& disk, std::size_t most, std::chrono::milliseconds patience);

}  // namespace aoetools
