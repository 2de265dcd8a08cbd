// Sizes and times as people write them.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

// The unit of every ATA address and count here, whatever the disk's own block size is.
inline constexpr std::uint64_t kSectorBytes = 512;

// "4096", "512B", "64KiB", "1MiB", "10GiB", "2TiB", "1.5GiB", with K, M, G, T for these, and the decimal kB,
// MB, GB, TB; in bytes.
Result<std::uint64_t> parse_size(std::string_view text);

// "250ms", "30s", "5m", "1h"; a bare number is seconds.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "10.0 GiB", "512 B": for people.
std::string size_text(std::uint64_t bytes);
// "1.5 s", "250 ms", "2 min 5 s": for people.
std::string duration_text(std::chrono::milliseconds time);

}  // namespace base
