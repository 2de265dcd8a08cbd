// The content of a verified sector: numbers that its own number makes, so that a misplaced, stale or torn one
// shows.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>

namespace aoetools {

// Fills whole sectors of 512 bytes from `sector` on.
void write_pattern(std::uint64_t sector, base::MutableBytes data);
// Counts the whole sectors in `data` that are not as write_pattern() writes them.
std::size_t count_mismatches(std::uint64_t sector, base::Bytes data);

}  // namespace aoetools
