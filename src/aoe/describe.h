// One line of words for any AoE frame, request or response, well-formed or not: for `aoe dump` and for people
// who stare at captures.
#pragma once

#include "base/bytes.h"

#include <string>

namespace aoe {

// "1.2 request 80000001 ATA READ SECTORS EXT 2 at 4096, 48 bit"
// "1.2 response 80000001 config 16 buffers of 2 sectors, firmware 4019, \"name\""
// "not AoE", "AoE, cut off after 20 bytes". Printable ASCII only, whatever the frame holds; no newline.
std::string describe(base::Bytes frame);

}  // namespace aoe
