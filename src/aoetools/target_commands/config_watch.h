// `aoe scan --watch`: config replies as they come, the announcements of targets that have just started among
// them.
#pragma once

#include "aoe/address.h"
#include "aoetools/wire/wire.h"

#include <span>

namespace aoetools {

// Asks everybody once, then tells every reply of `wanted` (everybody's when empty) in a line of its own,
// until a signal ends it.
[[noreturn]] void watch_configs(Wire& wire, std::span<const aoe::Address> wanted, bool json);

}  // namespace aoetools
