#include "vblade/control/status_text.h"

#include <string>

#include <gtest/gtest.h>

namespace {

base::Json status(int reads, int bytes) {
  return *base::Json::parse(
      R"({"exports": [{"address": "e1.0", "path": "/srv/a.img", "state": "serving", "sectors": 2048, "in_flight": 3,
    "read_only": false, "sync": "write", "interfaces": ["eth1", "eth2"], "config_string": "root", "mask":
    ["02:00:00:00:00:01", "02:00:00:00:00:02"], "reservation": [], "counters": {"reads": )" +
      std::to_string(reads) + R"(, "writes": 4, "flushes": 1, "others": 2, "bytes_read": )" +
      std::to_string(bytes) +
      R"(, "bytes_written": 2048, "errors": 0, "refused": 7, "dropped": 0}, "latency": {"counts": [0, 98, 0, 2], "sum_us": 12},
    "clients": [{"mac": "02:00:00:00:00:01", "requests": 17, "bytes_read": 5120, "bytes_written": 2048, "errors": 0}]}],
    "interfaces": [{"name": "eth1", "link": true, "mtu": 9000, "requests": 17, "replies": 16, "not_ours": 0, "malformed": 1,
    "overrun": 0, "truncated": 2, "refused": 0}]})");
}

}  // namespace

TEST(StatusText, StatusIsATableOfExports) {
  EXPECT_EQ(vblade::status_text(status(10, 5120)),
            "EXPORT     SIZE  MODE  SYNC   STATE    CLIENTS  INTERFACES  PATH        CONFIG STRING\n"
            "e1.0    1.0 MiB  rw    write  serving        1  eth1,eth2   /srv/a.img  root\n");
}

TEST(StatusText, AStrangersConfigStringIsShownHarmless) {
  base::Json told = status(10, 5120);
  auto one = told["exports"].items().front();
  one.set("config_string", "\x1b]0;mine\x07\x1b[2J\ne1.9 serving \xc2\x9b");
  told.set("exports", base::Json::List{one});
  const std::string harmless = "\\x1b]0;mine\\x07\\x1b[2J\\x0ae1.9 serving \\xc2\\x9b\n";
  EXPECT_TRUE(vblade::status_text(told).ends_with("/srv/a.img  " + harmless)) << vblade::status_text(told);
  EXPECT_EQ(vblade::export_text(told, {1, 0}, "config_string"), harmless);
}

TEST(StatusText, StatusNamesTheRivalsOfAnExport) {
  base::Json told = status(10, 5120);
  auto one = told["exports"].items().front();
  one.set("state", "rival");
  one.set("rivals", *base::Json::parse(R"([{"mac": "02:00:00:00:00:99", "interface": "eth1"}])"));
  told.set("exports", base::Json::List{one});
  EXPECT_TRUE(
      vblade::status_text(told).ends_with("e1.0 is also served by the host 02:00:00:00:00:99 on eth1\n"));
}

TEST(StatusText, StatsTellsRequestsClientsAndInterfaces) {
  EXPECT_EQ(
      vblade::stats_text(status(10, 5120)),
      "EXPORT  READS  WRITES  FLUSHES  OTHERS     READ  WRITTEN  ERRORS  REFUSED  DROPPED  MEDIAN   99 %\n"
      "e1.0       10       4        1       2  5.0 KiB  2.0 KiB       0        7        0   <2 us  <8 us\n"
      "\n"
      "EXPORT  CLIENT             REQUESTS     READ  WRITTEN  ERRORS\n"
      "e1.0    02:00:00:00:00:01        17  5.0 KiB  2.0 KiB       0\n"
      "\n"
      "INTERFACE  LINK   MTU  REQUESTS  REPLIES  NOT OURS  MALFORMED  OVERRUN  TOO LONG  REFUSED\n"
      "eth1       up    9000        17       16         0          1        0         2        0\n");
}

TEST(StatusText, TopTellsRatesBetweenTwoLooks) {
  EXPECT_EQ(vblade::top_text(status(10, 0), status(30, 20480), std::chrono::seconds(2)),
            "EXPORT  READS/S  WRITES/S    READ/S  WRITTEN/S  IN FLIGHT  STATE\n"
            "e1.0         10         0  10.0 KiB        0 B          3  serving\n");
}

TEST(StatusText, OneExportsListHasALineEach) {
  EXPECT_EQ(vblade::export_text(status(0, 0), {1, 0}, "config_string"), "root\n");
  EXPECT_EQ(vblade::export_text(status(0, 0), {1, 0}, "mask"), "02:00:00:00:00:01\n02:00:00:00:00:02\n");
  EXPECT_EQ(vblade::export_text(status(0, 0), {1, 0}, "reservation"), "");
}
