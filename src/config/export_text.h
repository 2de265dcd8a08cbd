// An export as vblade.yaml has it.
#pragma once

#include "config/server_config.h"

#include <string>

namespace config {

// An item of the list `exports`, one key a line behind a dash, indented by two blanks. It needs no defaults
// at the top of its file. load_server() reads the same export from it.
std::string export_text(const Export& one);

}  // namespace config
