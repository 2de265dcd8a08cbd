#include "base/mac_address.h"

#include <gtest/gtest.h>

using base::MacAddress;

TEST(MacAddress, ReadsColonsDashesAndBareDigits) {
  const MacAddress expected{{0x00, 0x80, 0xc8, 0xca, 0xff, 0x65}};
  EXPECT_EQ(MacAddress::parse("00:80:c8:ca:ff:65").value(), expected);
  EXPECT_EQ(MacAddress::parse("00-80-C8-CA-FF-65").value(), expected);
  EXPECT_EQ(MacAddress::parse("0080c8caff65").value(), expected);
}

TEST(MacAddress, RefusesWhatTheClassicParserReadAsZero) {
  for (const char* text : {"", "00:80:c8:ca:ff", "00:80:c8:ca:ff:6g", "00:80-c8:ca:ff:65", "0080c8caff6",
                           "00:80:c8:ca:ff:650"}) {
    const auto mac = MacAddress::parse(text);
    ASSERT_FALSE(mac) << text;
    EXPECT_EQ(mac.error().message,
              fmt::format("'{}' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65",
                          text));
  }
}

TEST(MacAddress, TextIsLowerCaseWithColons) {
  EXPECT_EQ(MacAddress::parse("0080C8CAFF65").value().text(), "00:80:c8:ca:ff:65");
}

TEST(MacAddress, ReadsAList) {
  const std::string texts[] = {"02:00:00:00:00:01", "020000000002"};
  EXPECT_EQ(MacAddress::parse_all(texts).value(),
            (std::vector{MacAddress{{2, 0, 0, 0, 0, 1}}, MacAddress{{2, 0, 0, 0, 0, 2}}}));
  EXPECT_TRUE(MacAddress::parse_all({}).value().empty());
  const std::string wrong[] = {"02:00:00:00:00:01", "eth0", "eth1"};
  EXPECT_EQ(MacAddress::parse_all(wrong).error().message, MacAddress::parse("eth0").error().message);
}

TEST(MacAddress, KnowsGroupAndZeroAddresses) {
  EXPECT_TRUE(MacAddress::broadcast().is_group());
  EXPECT_TRUE((MacAddress{{0x01, 0, 0x5e, 0, 0, 1}}).is_group());
  EXPECT_FALSE((MacAddress{{0x02, 0, 0, 0, 0, 1}}).is_group());
  EXPECT_TRUE(MacAddress{}.is_zero());
}
