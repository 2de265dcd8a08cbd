// The parts that every SVG picture needs, whatever it shows.
#pragma once

#include <string>
#include <string_view>

namespace aoetools {

// Text that may stand between tags: no markup, and nothing that XML forbids.
std::string svg_escaped(std::string_view text);

}  // namespace aoetools
