// Colour, where a person watches and nowhere else: only on a terminal, and not when NO_COLOR is set.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace aoetools {

enum class Colour { red, green, yellow, bold };

std::string coloured(Colour colour, std::string_view text, std::FILE* stream);

}  // namespace aoetools
