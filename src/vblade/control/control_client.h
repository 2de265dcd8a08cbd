// The other end of the control socket.
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace vblade {

// Sends the words and returns the JSON text of the result. Errors: nobody answers, or what the server says is
// wrong.
base::Result<std::string> ask_server(const std::string& socket, const std::vector<std::string>& words);

}  // namespace vblade
