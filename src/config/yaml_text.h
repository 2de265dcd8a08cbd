// Texts as YAML has them.
#pragma once

#include <string>

namespace config {

// Plain where YAML takes it for this text and nothing else, in every place that it may have; else in quotes.
std::string yaml_text(const std::string& text);

}  // namespace config
