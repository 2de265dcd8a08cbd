// A scan that shows on a terminal how far it is.
#pragma once

#include "aoetools/wire/scanner.h"

#include <chrono>
#include <span>
#include <vector>

namespace aoetools {

std::vector<TargetFound> scan_with_progress(Wire& wire, std::span<const aoe::Address> wanted,
                                            std::chrono::milliseconds timeout);

}  // namespace aoetools
