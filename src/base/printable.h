// Text from outside (the wire, a disk, a file), made fit for a terminal: nothing in it can move the cursor,
// begin a line or change the order of what is printed. The one place for that rule, in three forms.
#pragma once

#include "base/bytes.h"

#include <string>
#include <string_view>

namespace base {

// Printable ASCII as it is, the rest as \xNN; a backslash, too, so that two texts never look the same.
std::string printable(Bytes bytes);
std::string printable(std::string_view text);

// For names and lines of a file: as their author wrote them, in any alphabet, but control characters (C0, C1,
// those that change the direction) and what is not UTF-8 as \xNN.
std::string legible(std::string_view text);
// The same for a text of several lines: line breaks and tabs are the program's own.
std::string legible_lines(std::string_view text);
// The same for JSON: escaped as JSON does it, so nothing is lost.
std::string legible_json(std::string_view text);
// As legible(), for a message that quotes it: a long text is cut.
std::string shown(std::string_view text);

}  // namespace base
