// Cost: how much work a request is, as its frame tells, before anything else is known about it.
#pragma once

#include "base/bytes.h"

#include <cstdint>

namespace aoe {

// Work in turns of a client: one for a small request, more for what moves many bytes or makes a disk work at
// many places. Of any frame, also of those that mean nothing.
std::uint32_t turns_of(base::Bytes frame);

}  // namespace aoe
