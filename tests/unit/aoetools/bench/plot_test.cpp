#include "aoetools/bench/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using aoetools::LatencyHistogram;
using aoetools::plot_svg;
using testing::HasSubstr;
using testing::Not;

TEST(Plot, ShowsThroughputAndLatency) {
  LatencyHistogram latency;
  for (int i = 1; i <= 100; ++i) latency.record(std::chrono::microseconds(i));
  const std::string svg = plot_svg("e1.0 <&>", {{1, 100e6}, {2, 150e6}}, latency);
  EXPECT_THAT(svg, HasSubstr("e1.0 &lt;&amp;>"));
  EXPECT_THAT(svg, HasSubstr(">200 MB/s<"));
  EXPECT_THAT(svg, HasSubstr(">2.0 s<"));
  EXPECT_THAT(svg, HasSubstr(">99.99 %<"));
}

TEST(Plot, LatencyHasADecadeALine) {
  LatencyHistogram latency;
  for (int i = 0; i < 99; ++i) latency.record(std::chrono::microseconds(150));
  latency.record(std::chrono::milliseconds(20));
  const std::string svg = plot_svg("", {}, latency);
  for (const char* line : {">100 us<", ">1 ms<", ">10 ms<", ">100 ms<"}) EXPECT_THAT(svg, HasSubstr(line));
  EXPECT_THAT(svg, Not(HasSubstr(">10 us<")));
  EXPECT_THAT(svg, Not(HasSubstr(">1 s<")));
}

TEST(Plot, HasNoNumbersThatAreNone) {
  const std::string svg = plot_svg("", {}, LatencyHistogram());
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}
