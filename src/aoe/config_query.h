// The config query's reply, also sent unasked as the advertisement. AoEr11 section 3.2.
#pragma once

#include "aoe/target.h"

namespace aoe {

// Puts the part behind the common header in place and pads with zeros. Returns the frame's bytes, which
// are never over the MTU: a config string that does not fit (MTU under 1042) is cut, for without an answer
// nobody would find the target.
std::uint32_t write_config(const Target& target, const Station& station, ConfigCommand command,
                           base::MutableBytes reply);

}  // namespace aoe
