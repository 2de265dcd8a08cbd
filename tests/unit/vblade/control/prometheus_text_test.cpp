#include "vblade/control/prometheus_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::HasSubstr;

namespace {

const base::Json kStatus = *base::Json::parse(
    R"({"exports": [{"address": "e1.0", "path": "/srv/\"a\".img", "state": "serving", "sectors": 2048,
  "in_flight": 3,
  "counters": {"reads": 10, "writes": 4, "flushes": 1, "others": 2, "bytes_read": 5120, "bytes_written": 2048, "errors": 0,
               "refused": 7, "dropped": 0},
  "latency": {"counts": [5, 3, 0, 1], "sum_us": 12},
  "clients": [{"mac": "02:00:00:00:00:01", "requests": 17, "bytes_read": 5120, "bytes_written": 2048, "errors": 0}]}],
  "interfaces": [{"name": "eth1", "requests": 17, "replies": 16, "malformed": 1, "overrun": 0, "refused": 0}]})");

}  // namespace

TEST(PrometheusText, HasAllFiguresWithTheirLabels) {
  const std::string text = vblade::prometheus_text(kStatus);
  EXPECT_THAT(text, HasSubstr("# HELP vblade_export_up 1 when the export can be reached and its disk works.\n"
                              "# TYPE vblade_export_up gauge\n"
                              "vblade_export_up{export=\"e1.0\",path=\"/srv/\\\"a\\\".img\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vblade_export_bytes{export=\"e1.0\"} 1048576\n"));
  EXPECT_THAT(text, HasSubstr("vblade_requests_in_flight{export=\"e1.0\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE vblade_requests_total counter\n"
                              "vblade_requests_total{export=\"e1.0\",command=\"read\"} 10\n"
                              "vblade_requests_total{export=\"e1.0\",command=\"write\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("vblade_refused_total{export=\"e1.0\"} 7\n"));
  EXPECT_THAT(
      text,
      HasSubstr("vblade_client_bytes_total{export=\"e1.0\",client=\"02:00:00:00:00:01\",direction=\"read\"} "
                "5120\n"));
  EXPECT_THAT(text, HasSubstr("vblade_interface_replies_total{interface=\"eth1\"} 16\n"));
}

TEST(PrometheusText, SumsTheHistogramUp) {
  EXPECT_THAT(vblade::prometheus_text(kStatus),
              HasSubstr("# TYPE vblade_request_seconds histogram\n"
                        "vblade_request_seconds_bucket{export=\"e1.0\",le=\"1e-06\"} 5\n"
                        "vblade_request_seconds_bucket{export=\"e1.0\",le=\"2e-06\"} 8\n"
                        "vblade_request_seconds_bucket{export=\"e1.0\",le=\"4e-06\"} 8\n"
                        "vblade_request_seconds_bucket{export=\"e1.0\",le=\"+Inf\"} 9\n"
                        "vblade_request_seconds_sum{export=\"e1.0\"} 1.2e-05\n"
                        "vblade_request_seconds_count{export=\"e1.0\"} 9\n"));
}
