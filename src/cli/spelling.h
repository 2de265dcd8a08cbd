// "did you mean" for words of a command line.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cli {

// ": did you mean 'status'?", or nothing when no known word is close enough.
std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace cli
