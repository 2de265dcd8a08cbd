#include "aoetools/wire/tags.h"

#include <unistd.h>

namespace aoetools {

Tags::Tags() : base_(aoe::kUserTag | (static_cast<std::uint32_t>(::getpid()) & 0x7fff) << 16) {}

}  // namespace aoetools
