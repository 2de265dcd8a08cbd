// SwapEntry: one swap device or file that is in use, as /proc/swaps lists it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kernel {

struct SwapEntry {
  std::string path;  // of a device or a file
  std::uint64_t bytes = 0;
  std::uint64_t used_bytes = 0;
};

// Reads a file such as /proc/swaps.
std::vector<SwapEntry> read_swaps(const std::filesystem::path& file);

}  // namespace kernel
