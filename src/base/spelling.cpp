#include "base/spelling.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace base {

namespace {

// Counts the letters that must be added, dropped, changed or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t kLongestWord = 64;  // nobody mistypes more; keeps hostile files cheap
  if (word.size() > kLongestWord) return {};
  std::string_view best;
  std::size_t least = 3;
  for (const std::string_view candidate : known) {
    const std::size_t steps = distance(word, candidate);
    // A third of the letters may be wrong, at least one.
    if (steps < least && steps <= std::max<std::size_t>(1, candidate.size() / 3)) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

}  // namespace base
