#include "vblade/inventory/disk_watch.h"

#include "tests/unit/vblade/inventory/served.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

namespace {

class DiskWatch : public Served {};

}  // namespace

TEST_F(DiskWatch, AdvertisesADiskThatGrew) {
  auto whole = wanted(0);
  whole.length.reset();
  apply({whole});
  advertised("eth0");
  file_.resize(8 << 20);
  disks_.look();
  EXPECT_EQ(inventory_.exports().begin()->second->target.sectors, 16384u);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}
