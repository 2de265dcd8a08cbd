#include "config/problem.h"

#include "base/printable.h"

#include <algorithm>

#include <fmt/format.h>

namespace config {

namespace {

// What stands before the caret: as wide as the source line up to `column` is on a terminal. Tabs stay tabs,
// and the bytes that continue a UTF-8 character take no room.
std::string blanks_up_to(const std::string& line, int column) {
  std::string blanks;
  const auto end = std::min(line.size(), static_cast<std::size_t>(std::max(column - 1, 0)));
  for (std::size_t i = 0; i < end; ++i) {
    if (line[i] == '\t') {
      blanks += '\t';
    } else if ((line[i] & 0xc0) != 0x80) {
      blanks += ' ';
    }
  }
  return blanks;
}

}  // namespace

std::string report(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) {
    if (problem.line == 0) {
      out += fmt::format("{}: {}\n", problem.file, problem.message);
      continue;
    }
    out += fmt::format("{}:{}:{}: {}\n", problem.file, problem.line, problem.column, problem.message);
    if (!problem.source_line.empty()) {
      out += fmt::format("  {}\n  {}^\n", problem.source_line,
                         blanks_up_to(problem.source_line, problem.column));
    }
  }
  return base::legible_lines(out);
}

}  // namespace config
