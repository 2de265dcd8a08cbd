// Places of a file that are probably not what was meant, each with what probably was.
#pragma once

#include "config/text_check.h"

#include <span>
#include <string>
#include <vector>

namespace config {

struct Suspect {
  TextFault fault;
  std::size_t line = 0;  // the one to mend, from 0
  std::string mended;
};

// Colons and blanks that are missing, quotes and brackets that stay open, signs that mean something to YAML;
// up to this line, counted from 0. In the order of the file.
std::vector<Suspect> suspects(std::span<const std::string> lines, std::size_t last);
// A key or a dash in this line, counted from 0, that is not below the one before.
std::vector<Suspect> misaligned(std::span<const std::string> lines, std::size_t at);

}  // namespace config
