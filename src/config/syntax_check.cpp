#include "config/syntax_check.h"

#include "config/syntax_suspects.h"
#include "config/yaml_trial.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace config {

namespace {

constexpr std::size_t kMostFaults = 20;
// Each reads the whole file.
constexpr int kMostTrials = 100;

std::string joined(std::span<const std::string> lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  return text;
}

bool is_behind(const std::optional<SourcePosition>& place, const SourcePosition& other) {
  return !place || std::tie(place->line, place->column) > std::tie(other.line, other.column);
}

// The nearest first: the parser seldom goes far after a fault.
std::vector<Suspect> by_likelihood(std::span<const std::string> lines, const SourcePosition& stop) {
  const auto at = static_cast<std::size_t>(std::max(stop.line, 1) - 1);
  std::vector<Suspect> all = suspects(lines, at);
  std::ranges::reverse(all);
  std::ranges::move(misaligned(lines, at), std::back_inserter(all));
  return all;
}

// The lines, and where the parser stops in them.
class Trial {
 public:
  explicit Trial(std::span<const std::string_view> lines) : lines_(lines.begin(), lines.end()) { parse(); }

  bool stops() const { return stop_.has_value(); }
  std::vector<Suspect> suspects() const { return by_likelihood(lines_, *stop_); }
  // Whether the parser goes further with these mended. If not, all is as it was.
  bool mend(std::span<Suspect> ones) {
    const auto stop = stop_;
    for (Suspect& one : ones) std::swap(lines_[one.line], one.mended);
    parse();
    if (is_behind(stop_, *stop)) return true;
    for (auto one = ones.rbegin(); one != ones.rend(); ++one) std::swap(lines_[one->line], one->mended);
    stop_ = stop;
    return false;
  }

 private:
  void parse() { stop_ = where_parser_stops(joined(lines_)); }

  std::vector<std::string> lines_;
  std::optional<SourcePosition> stop_;
};

// One of them, or if none alone helps all of them together.
std::span<Suspect> find_cause(Trial& trial, std::vector<Suspect>& all, int& trials) {
  for (Suspect& one : all) {
    if (trials-- <= 0) return {};
    if (trial.mend({&one, 1})) return {&one, 1};
  }
  // One a line, in the order of the file.
  std::ranges::stable_sort(all, {}, &Suspect::line);
  const auto rest = std::ranges::unique(all, {}, &Suspect::line);
  all.erase(rest.begin(), rest.end());
  return trial.mend(all) ? std::span(all) : std::span<Suspect>();
}

}  // namespace

std::vector<TextFault> find_bad_syntax(std::span<const std::string_view> lines) {
  Trial trial(lines);
  std::vector<TextFault> faults;
  int trials = kMostTrials;
  while (trial.stops() && faults.size() < kMostFaults) {
    auto all = trial.suspects();
    const auto cause = find_cause(trial, all, trials);
    if (cause.empty()) break;
    for (Suspect& one : cause) faults.push_back(std::move(one.fault));
  }
  return faults;
}

}  // namespace config
