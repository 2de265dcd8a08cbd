// The server's JSON in the text format that node_exporter's textfile collector takes.
#pragma once

#include <string>

namespace vblade {

std::string prometheus_text(const std::string& json);

}  // namespace vblade
