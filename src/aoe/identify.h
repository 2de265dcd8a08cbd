// IDENTIFY DEVICE data: 256 little-endian words. ATA8-ACS section 7.16, ACS-2 for TRIM.
#pragma once

#include "aoe/target.h"

namespace aoe {

inline constexpr std::size_t kIdentifyBytes = 512;

// `data` has kIdentifyBytes; all of them are written.
void write_identify(const Target& target, base::MutableBytes data);

}  // namespace aoe
