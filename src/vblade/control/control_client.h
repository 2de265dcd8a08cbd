// The other end of the control socket.
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace vblade {

// Sends the words and returns the result. Errors: nobody answers, or what the server says is wrong.
base::Result<base::Json> ask_server(const std::string& socket, const std::vector<std::string>& words);

}  // namespace vblade
