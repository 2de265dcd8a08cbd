// The server's JSON as tables for people.
#pragma once

#include <string>

namespace vblade {

std::string status_text(const std::string& json);

}  // namespace vblade
