#include "vblade/serving/serial.h"

#include "aoe/target.h"

#include <set>

#include <gtest/gtest.h>

using vblade::default_serial;
using vblade::world_wide_name;

TEST(Serial, IsAddressAndHostWhereBothHaveRoom) {
  EXPECT_EQ(default_serial({1, 0}, "host"), "1.0:host");
  EXPECT_EQ(default_serial({65534, 254}, "storage-01"), "65534.254:storage-01");
}

TEST(Serial, OfALongHostNameStillTellsHostsApart) {
  std::set<std::string> serials;
  for (int host = 0; host < 1000; ++host) {
    const std::string serial =
        default_serial({65534, 254}, "storage-server-of-the-first-floor-" + std::to_string(host));
    EXPECT_EQ(serial.size(), aoe::kSerialWidth);
    EXPECT_TRUE(serial.starts_with("65534.254:s-")) << serial;
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 1000u);
  EXPECT_EQ(default_serial({1, 0}, "storage-server-01"), default_serial({1, 0}, "storage-server-01"));
}

TEST(Serial, NamesAreLocallyAssignedAndFollowTheSerial) {
  EXPECT_EQ(world_wide_name("1.0:host") >> 60, 3u);
  EXPECT_EQ(world_wide_name("1.0:host"), world_wide_name("1.0:host"));
  EXPECT_NE(world_wide_name("1.0:host"), world_wide_name("1.1:host"));
}
