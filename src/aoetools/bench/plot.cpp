#include "aoetools/bench/plot.h"

#include "aoetools/command_line/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace aoetools {

namespace {

constexpr double kLeft = 70, kTop = 50, kWidth = 320, kHeight = 200, kGap = 110;

struct Point {
  double x, y;  // 0..1 of the panel, y upwards
};

// The least of 1, 2, 5 times a power of ten that is no less than `value`.
double round_up(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (value <= step * power) return step * power;
  }
  return 10 * power;
}

std::string text(double x, double y, std::string_view anchor, std::string_view words) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, words);
}

using Ticks = std::vector<std::pair<double, std::string>>;  // where, 0..1 of the axis, and what stands there

std::string panel(double left, std::string_view title, const Ticks& y_ticks, const Ticks& x_ticks,
                  const std::vector<Point>& points) {
  std::string svg =
      fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#999\"/>\n",
                  left, kTop, kWidth, kHeight);
  svg += text(left + kWidth / 2, kTop - 8, "middle", title);
  for (const auto& [at, label] : y_ticks) {
    const double y = kTop + kHeight * (1 - at);
    svg += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>\n", left,
                       left + kWidth, y, y);
    svg += text(left - 6, y + 4, "end", label);
  }
  for (const auto& [x, label] : x_ticks) svg += text(left + kWidth * x, kTop + kHeight + 16, "middle", label);
  svg += "<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"2\" points=\"";
  for (const Point& point : points) {
    svg += fmt::format("{:.1f},{:.1f} ", left + kWidth * point.x,
                       kTop + kHeight * (1 - std::clamp(point.y, 0.0, 1.0)));
  }
  return svg + "\"/>\n";
}

std::string throughput_panel(const std::vector<PlotSample>& samples) {
  double most = 0, end = 1;
  for (const auto& sample : samples) {
    most = std::max(most, sample.bytes_per_second / 1e6);
    end = std::max(end, sample.seconds);
  }
  const double top = round_up(most);
  std::vector<Point> points;
  for (const auto& sample : samples)
    points.push_back({sample.seconds / end, sample.bytes_per_second / 1e6 / top});
  if (points.size() == 1) points.insert(points.begin(), {0, points.front().y});
  Ticks rates;
  for (int i = 0; i <= 4; ++i)
    rates.emplace_back(i / 4.0, fmt::format("{:g}{}", top * i / 4, i == 4 ? " MB/s" : ""));
  return panel(kLeft, "throughput", rates,
               {{0, "0"}, {0.5, fmt::format("{:.1f}", end / 2)}, {1, fmt::format("{:.1f} s", end)}}, points);
}

// "100 us", "10 ms"
std::string time_text(double nanoseconds) {
  if (nanoseconds >= 1e9) return fmt::format("{:g} s", nanoseconds / 1e9);
  if (nanoseconds >= 1e6) return fmt::format("{:g} ms", nanoseconds / 1e6);
  return fmt::format("{:g} us", nanoseconds / 1e3);
}

// The slowest requests take a hundred times as long as most: on a linear axis most would lie on the ground.
std::string latency_panel(const LatencyHistogram& latency) {
  constexpr std::array<double, 8> kShares{0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999};
  constexpr double kLeast = 1e3;  // ns
  const auto decades = [&](double share) {
    return std::log10(std::max(kLeast, static_cast<double>(latency.percentile(share).count())));
  };
  const double bottom = std::floor(decades(kShares.front()));
  const double top = std::max(bottom + 1, std::ceil(decades(kShares.back())));
  Ticks times, shares;
  for (double decade = bottom; decade <= top; ++decade)
    times.emplace_back((decade - bottom) / (top - bottom), time_text(std::pow(10, decade)));
  std::vector<Point> points;
  for (std::size_t i = 0; i < kShares.size(); ++i) {
    const double x = static_cast<double>(i) / (kShares.size() - 1);
    points.push_back({x, (decades(kShares[i]) - bottom) / (top - bottom)});
    shares.emplace_back(x, fmt::format("{:g}", kShares[i] * 100));
  }
  shares.back().second += " %";
  return panel(kLeft + kWidth + kGap, "latency by percentile", times, shares, points);
}

}  // namespace

std::string plot_svg(std::string_view title, const std::vector<PlotSample>& samples,
                     const LatencyHistogram& latency) {
  const double width = kLeft + 2 * kWidth + kGap + 40, height = kTop + kHeight + 40;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      width, height);
  svg += fmt::format("<text x=\"{}\" y=\"20\" text-anchor=\"middle\" font-size=\"14\">{}</text>\n", width / 2,
                     svg_escaped(title));
  return svg + throughput_panel(samples) + latency_panel(latency) + "</svg>\n";
}

}  // namespace aoetools
