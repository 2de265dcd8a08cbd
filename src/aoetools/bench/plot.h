// Plot: a load's throughput over time and its latency by percentile, as one SVG picture.
#pragma once

#include "aoetools/bench/latency_histogram.h"

#include <string>
#include <string_view>
#include <vector>

namespace aoetools {

struct PlotSample {
  double seconds = 0;  // its end, since the load began
  double bytes_per_second = 0;
};

std::string plot_svg(std::string_view title, const std::vector<PlotSample>& samples,
                     const LatencyHistogram& latency);

}  // namespace aoetools
