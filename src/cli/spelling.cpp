#include "cli/spelling.h"

#include "base/spelling.h"

#include <vector>

#include <fmt/format.h>

namespace cli {

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view meant = base::nearest(word, views);
  return meant.empty() ? "" : fmt::format(": did you mean '{}'?", meant);
}

}  // namespace cli
