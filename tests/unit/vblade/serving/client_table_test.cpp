#include "vblade/serving/client_table.h"

#include <gtest/gtest.h>

namespace {

base::MacAddress mac(std::size_t number) {
  return {{2, 0, 0, 0, 0, static_cast<std::uint8_t>(number)}};
}

}  // namespace

TEST(ClientTable, CountsEachInitiatorForItself) {
  vblade::ClientTable table;
  EXPECT_TRUE(table.all().empty());
  ++table.of(mac(1)).requests;
  ++table.of(mac(2)).requests;
  ++table.of(mac(1)).requests;
  ASSERT_EQ(table.all().size(), 2u);
  EXPECT_EQ(table.all()[0].requests, 2u);
  EXPECT_EQ(table.all()[1].mac, mac(2));
  EXPECT_EQ(table.all()[1].requests, 1u);
}

TEST(ClientTable, WhoCameFirstMakesWay) {
  vblade::ClientTable table;
  for (std::size_t i = 0; i < vblade::ClientTable::kMost + 2; ++i) ++table.of(mac(i + 1)).requests;
  EXPECT_EQ(table.all().size(), vblade::ClientTable::kMost);
  EXPECT_EQ(table.all()[1].mac, mac(vblade::ClientTable::kMost + 2));
  EXPECT_EQ(table.of(mac(3)).requests, 1u) << "still there";
  EXPECT_EQ(table.of(mac(1)).requests, 0u) << "counted anew";
}
