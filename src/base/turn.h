// Turn: the unit by which clients share a ring and a disk. One is worth what a small request costs
// altogether.
#pragma once

#include <cstdint>

namespace base {

// What costs as much to move.
inline constexpr std::uint64_t kBytesOfTurn = 8 * 1024;

// Of work that moves so many bytes.
constexpr std::uint64_t turns_of_bytes(std::uint64_t bytes) {
  return 1 + bytes / kBytesOfTurn;
}

}  // namespace base
