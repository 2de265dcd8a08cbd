// Foreign bytes made fit for a terminal: printable ASCII as it is, the rest as \xNN.
#pragma once

#include "base/bytes.h"

#include <string>
#include <string_view>

namespace aoetools {

std::string printable(base::Bytes bytes);
std::string printable(std::string_view text);

}  // namespace aoetools
