// Colour, where a person watches and nowhere else: only on a terminal, and not when NO_COLOR is set.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace aoetools {

enum class Colour { red, green, yellow, bold };

// Whether the environment's character set is UTF-8, so that lines may be drawn with it.
bool speaks_utf8();

std::string coloured(Colour colour, std::string_view text, std::FILE* stream);

}  // namespace aoetools
