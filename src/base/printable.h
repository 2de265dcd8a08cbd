// Text from outside, made fit for a terminal: nothing in it can move the cursor or hide what is printed. The
// one place for that rule, in two forms.
#pragma once

#include "base/bytes.h"

#include <string>
#include <string_view>

namespace base {

// Printable ASCII as it is, the rest as \xNN; a backslash, too, so that two texts never look the same.
std::string printable(Bytes bytes);
std::string printable(std::string_view text);

// For a message that quotes a file: as its author wrote it, in any alphabet, but control characters as \xNN,
// and a long text cut.
std::string shown(std::string_view text);

}  // namespace base
