// Changes to one list at the top level of a configuration file that leave all else as somebody has written
// it: comments, order, blank lines, the style of the items.
#pragma once

#include "base/result.h"
#include "config/document.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace config {

// The document's text with `item`, a map of texts and lists of texts, behind the others in the list; the list
// is made if need be. The document must have no problems.
base::Result<std::string> with_item(const Document& document, std::string_view list, const Node& item);

// The document's text without this item, and the comments in its lines. Comments above it stay.
base::Result<std::string> without_item(const Document& document, std::string_view list, std::size_t index);

}  // namespace config
