#include "aoe/address.h"

#include <gtest/gtest.h>

using aoe::Address;

TEST(Address, ReadsShelfAndSlotWithOrWithoutTheE) {
  EXPECT_EQ(Address::parse("1.0").value(), (Address{1, 0}));
  EXPECT_EQ(Address::parse("e65534.254").value(), (Address{65534, 254}));
}

TEST(Address, NamesTheValueAndTheLimit) {
  EXPECT_EQ(Address::parse("65535.0").error().message, "shelf 65535 of '65535.0' is not in 0..65534");
  EXPECT_EQ(Address::parse("1.255").error().message, "slot 255 of '1.255' is not in 0..254");
  EXPECT_EQ(Address::parse("e1").error().message,
            "'e1' is not an AoE address: write shelf.slot, as in 1.0 or e1.0");
}

TEST(Address, BroadcastReachesByPart) {
  const Address target{1, 2};
  EXPECT_TRUE((Address{1, 2}).reaches(target));
  EXPECT_TRUE(Address::broadcast().reaches(target));
  EXPECT_TRUE((Address{1, 0xff}).reaches(target));
  EXPECT_TRUE((Address{0xffff, 2}).reaches(target));
  EXPECT_FALSE((Address{1, 3}).reaches(target));
  EXPECT_FALSE((Address{2, 0xff}).reaches(target));
}
