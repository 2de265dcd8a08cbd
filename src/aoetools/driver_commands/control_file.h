// The driver's control files, checked before a command writes to one.
#pragma once

#include "aoetools/command_line/invocation.h"
#include "kernel/aoe_driver.h"

#include <string_view>

namespace aoetools {

// True when /dev/etherd/CONTROL can be written; else the reason and the remedy are reported on stderr.
bool control_file_usable(const Invocation& invocation, const kernel::AoeDriver& driver,
                         std::string_view control, std::string_view full_stop);

}  // namespace aoetools
