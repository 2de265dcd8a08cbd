// SMART, as far as a disk that is a file or another disk can honestly answer: it is always on, knows no
// attributes, runs no self-tests, keeps empty logs and says whether the disk behind it has reported errors.
// ATA8-ACS section 7.53.
#pragma once

#include "base/bytes.h"

#include <cstdint>

namespace aoe::smart {

struct Registers {
  std::uint8_t feature = 0;  // ata::smart_feature
  std::uint8_t log = 0;      // low LBA byte
  std::uint16_t key = 0;     // middle and high LBA byte, little-endian
};

// False: aborted. `data` has 512 zeros, and keeps them where a command has no data. RETURN STATUS changes
// `registers`.
bool answer(bool failing, Registers& registers, base::MutableBytes data);

}  // namespace aoe::smart
