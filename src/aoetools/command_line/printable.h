// The rule of base/printable.h, which nearly every command prints by.
#pragma once

#include "base/printable.h"

namespace aoetools {

using base::printable;

}  // namespace aoetools
