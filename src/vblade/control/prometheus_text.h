// The server's JSON in the text format that node_exporter's textfile collector takes.
#pragma once

#include "base/json.h"

#include <string>

namespace vblade {

std::string prometheus_text(const base::Json& status);

}  // namespace vblade
