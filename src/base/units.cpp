#include "base/units.h"

#include "base/number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

namespace base {

namespace {

template <class Factor>
struct Unit {
  std::string_view name;
  Factor factor;
};

// K to T alone are binary, as truncate and fallocate have them.
constexpr std::array<Unit<std::uint64_t>, 14> kSizeUnits{{{"", 1},
                                                          {"B", 1},
                                                          {"K", 1ULL << 10},
                                                          {"M", 1ULL << 20},
                                                          {"G", 1ULL << 30},
                                                          {"T", 1ULL << 40},
                                                          {"KiB", 1ULL << 10},
                                                          {"MiB", 1ULL << 20},
                                                          {"GiB", 1ULL << 30},
                                                          {"TiB", 1ULL << 40},
                                                          {"kB", 1000ULL},
                                                          {"MB", 1000'000ULL},
                                                          {"GB", 1000'000'000ULL},
                                                          {"TB", 1000'000'000'000ULL}}};

constexpr std::array<Unit<std::uint64_t>, 5> kTimeUnits{
    {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3600'000}}};

// "1.5GiB" in its parts.
struct Measure {
  std::string_view number;  // as written
  std::uint64_t whole;
  std::uint64_t thousandths;  // below 1000
  std::string_view unit;
};

std::optional<Measure> parse_measure(std::string_view text) {
  const std::size_t digits_end = std::min(text.find_first_not_of("0123456789"), text.size());
  auto whole = parse_number(text.substr(0, digits_end));
  if (!whole) return std::nullopt;
  std::uint64_t thousandths = 0;
  std::string_view rest = text.substr(digits_end);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (end == 0 || end > 3) return std::nullopt;
    std::uint64_t scale = 100;
    for (const char digit : rest.substr(0, end)) {
      thousandths += static_cast<std::uint64_t>(digit - '0') * scale;
      scale /= 10;
    }
    rest.remove_prefix(end);
  }
  const std::string_view number = text.substr(0, text.size() - rest.size());
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return Measure{number, *whole, thousandths, rest};
}

template <std::size_t N>
std::optional<std::uint64_t> scale(const Measure& measure, const std::array<Unit<std::uint64_t>, N>& units) {
  for (const auto& unit : units) {
    if (unit.name != measure.unit) continue;
    // Below 2^50: no factor is above 2^40.
    const std::uint64_t fraction = measure.thousandths * unit.factor;
    std::uint64_t exact = 0;
    if (fraction % 1000 != 0 || __builtin_mul_overflow(measure.whole, unit.factor, &exact) ||
        __builtin_add_overflow(exact, fraction / 1000, &exact)) {
      return std::nullopt;
    }
    return exact;
  }
  return std::nullopt;
}

// "10,737,418,240"
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

// "10gb" and "10gib" may mean either; nothing when the unit is another one in any spelling.
std::optional<std::string> both_meanings(const Measure& measure) {
  std::string unit(measure.unit);
  std::ranges::transform(unit, unit.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  for (const std::string_view letter : {"K", "M", "G", "T"}) {
    if (unit != letter && unit != fmt::format("{}B", letter) && unit != fmt::format("{}IB", letter)) continue;
    const std::string decimal = letter == "K" ? "kB" : fmt::format("{}B", letter);
    const std::string binary = fmt::format("{}iB", letter);
    const auto of_ten = scale({measure.number, measure.whole, measure.thousandths, decimal}, kSizeUnits);
    const auto of_two = scale({measure.number, measure.whole, measure.thousandths, binary}, kSizeUnits);
    if (!of_ten || !of_two) return std::nullopt;
    return fmt::format("{0}{1} is {2} bytes, {0}{3} is {4}: write the one that is meant", measure.number,
                       decimal, grouped(*of_ten), binary, grouped(*of_two));
  }
  return std::nullopt;
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  if (const auto measure = parse_measure(text)) {
    if (const auto bytes = scale(*measure, kSizeUnits)) return *bytes;
    if (const auto meanings = both_meanings(*measure))
      return fail("'{}' has no unit that is known: {}", text, *meanings);
  }
  return fail("'{}' is not a size: write a number and a unit, as in 512B, 64KiB, 1MiB, 1.5GiB or 2TB", text);
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::uint64_t kLongest = 365ULL * 24 * 3600'000;
  if (const auto measure = parse_measure(text)) {
    const auto time = scale(*measure, kTimeUnits);
    if (time && *time <= kLongest) return std::chrono::milliseconds(*time);
  }
  return fail("'{}' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h", text);
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> kNames{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t name = 0;
  while (value >= 1024 && name + 1 < kNames.size()) {
    value /= 1024;
    ++name;
  }
  return fmt::format("{:.1f} {}", value, kNames[name]);
}

std::string duration_text(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count < 1000) return fmt::format("{} ms", count);
  if (count < 60'000) {
    if (count % 1000 == 0) return fmt::format("{} s", count / 1000);
    return fmt::format("{:.1f} s", static_cast<double>(count) / 1000);
  }
  const auto seconds = count / 1000;
  if (seconds % 60 == 0) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

}  // namespace base
