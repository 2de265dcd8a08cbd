#include "net/link_monitor.h"

#include <vector>

#include <gtest/gtest.h>

namespace net {
namespace {

using Kind = LinkEvent::Kind;

const Interface kEth0{.name = "eth0", .index = 2, .mtu = 1500, .up = true, .enabled = true, .ethernet = true};

TEST(LinkEvents, AreNoneWhenNothingHappened) {
  const std::vector same{kEth0};
  EXPECT_TRUE(link_events(same, same).empty());
}

TEST(LinkEvents, ShowWhatChangedAndHowItWas) {
  Interface jumbo = kEth0;
  jumbo.mtu = 9000;
  const auto events = link_events(std::vector{kEth0}, std::vector{jumbo});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Kind::changed);
  EXPECT_EQ(events[0].before.mtu, 1500U);
  EXPECT_EQ(events[0].now.mtu, 9000U);
}

TEST(LinkEvents, TellARenameAsAChange) {
  Interface renamed = kEth0;
  renamed.name = "lan0";
  const auto events = link_events(std::vector{kEth0}, std::vector{renamed});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Kind::changed);
  EXPECT_EQ(events[0].now.name, "lan0");
}

TEST(LinkEvents, TellAReplacedInterfaceAsVanishedThenAppeared) {
  Interface other = kEth0;
  other.index = 9;
  const auto events = link_events(std::vector{kEth0}, std::vector{other});
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, Kind::vanished);
  EXPECT_EQ(events[0].before.index, 2);
  EXPECT_EQ(events[1].kind, Kind::appeared);
  EXPECT_EQ(events[1].now.index, 9);
}

TEST(LinkMonitor, StartsWithTheInterfacesThereAre) {
  const auto monitor = LinkMonitor::open();
  ASSERT_TRUE(monitor) << monitor.error().message;
  ASSERT_FALSE(monitor->interfaces().empty());
  EXPECT_EQ(monitor->interfaces()[0].name, "lo");
}

}  // namespace
}  // namespace net
