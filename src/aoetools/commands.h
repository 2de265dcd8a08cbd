// The program aoe: its table of commands.
#pragma once

#include "cli/command.h"

#include <string>

namespace aoetools {

const cli::Program& program();

// The driver in one line: "Driver 85, interfaces: all, 2 devices, 1 down."
std::string driver_state();

}  // namespace aoetools
