// The names by which initiators tell disks apart that look alike.
#pragma once

#include "aoe/address.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vblade {

// The serial of an export that was given none: "1.0:host", as ever. Of a host name that is too long for
// aoe::kSerialWidth it has the beginning, and a number made of all of it: "1.0:storage-5d0e7a91".
std::string default_serial(aoe::Address address, std::string_view host);

// A locally assigned name (NAA 3) that stays the same over restarts.
std::uint64_t world_wide_name(std::string_view serial);

}  // namespace vblade
