// The byte that makes an ATA data structure of 512 bytes add up to zero: IDENTIFY, SMART data and logs.
#pragma once

#include "base/bytes.h"

#include <cstdint>

namespace aoe {

inline std::uint8_t byte_sum(base::Bytes data) {
  unsigned sum = 0;
  for (const std::byte byte : data) sum += std::to_integer<unsigned>(byte);
  return static_cast<std::uint8_t>(sum);
}

// Sets the last byte.
inline void write_checksum(base::MutableBytes data) {
  data.back() = std::byte{0};
  data.back() = static_cast<std::byte>(0x100 - byte_sum(data));
}

}  // namespace aoe
