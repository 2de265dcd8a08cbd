#include "kernel/uevents.h"

#include <string_view>

#include <gtest/gtest.h>

namespace {

bool announces(std::string_view text) {
  return kernel::announces_aoe_device(std::as_bytes(std::span(text.data(), text.size())));
}

TEST(Uevents, DisksAndPartitionsOfTheDriverAreAnnouncements) {
  using namespace std::literals;
  EXPECT_TRUE(announces("add@/devices/virtual/block/etherd!e1.0\0ACTION=add\0"sv));
  EXPECT_TRUE(announces("change@/devices/virtual/block/etherd!e1.0/etherd!e1.0p1\0"sv));
}

TEST(Uevents, OtherDevicesAreNot) {
  using namespace std::literals;
  EXPECT_FALSE(announces(""sv));
  EXPECT_FALSE(announces("add@/devices/virtual/block/loop0\0DEVNAME=/etherd!e1.0\0"sv));
  EXPECT_FALSE(announces("add@/devices/virtual/aoe/discover\0"sv));
}

TEST(Uevents, AreOpenToEverybodyAndAQuietKernelEndsTheWaitAtTheDeadline) {
  auto events = kernel::Uevents::open();
  ASSERT_TRUE(events);
  EXPECT_FALSE(events->wait(std::chrono::steady_clock::now()));
}

}  // namespace
