#include "vblade/inventory/inventory.h"

#include "aoe/request.h"
#include "tests/unit/vblade/inventory/served.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class Inventory : public Served {};

}  // namespace

TEST_F(Inventory, ClosesAPortThatNobodyUsesAnyMore) {
  apply({wanted(0, {"eth0", "eth1"})});
  EXPECT_THAT(apply({wanted(0, {"eth1"})}), IsEmpty());
  EXPECT_FALSE(inventory_.ports().contains("eth0"));
  EXPECT_TRUE(inventory_.ports().contains("eth1"));
}

TEST_F(Inventory, AdvertisesWhereAnExportWasNotServedBefore) {
  apply({wanted(0), wanted(1, {"eth1"})});
  advertised("eth0");
  advertised("eth1");
  apply({wanted(0, {"eth0", "eth1"}), wanted(1, {"eth1"})});
  EXPECT_THAT(advertised("eth0"), IsEmpty());
  EXPECT_THAT(advertised("eth1"), ElementsAre("1.0"));
  inventory_.drain(*inventory_.exports().begin()->second);
  apply({wanted(0), wanted(1, {"eth1"})});
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0")) << "no longer drained";
}

TEST_F(Inventory, AnExportThatGoesAnswersNothingThatALimitHoldsBack) {
  auto slow = wanted(0);
  slow.limit.requests = 1;
  apply({slow, wanted(1)});
  for (std::uint32_t tag = 1; tag < 4; ++tag) {
    machine_.links.at("eth0")->arrive(
        aoe::read_request({{{2, 0, 0, 0, 0, 9}}, machine_.present.at(0).mac, {1, 0}, tag}, 0, 2));
  }
  inventory_.serve_waiting();
  ASSERT_GT(inventory_.exports().at({1, 0})->held.size(), 0U);
  apply({wanted(1)});
  EXPECT_FALSE(server_.next_release());
  EXPECT_FALSE(server_.release_held());
}

TEST_F(Inventory, AnExportThatGoesKeepsWhatItOwesForTheNext) {
  apply({wanted(0), wanted(1)});
  disk::LossRecord& record = inventory_.exports().at({1, 0})->queue.loss_record();
  record.wrote(7);
  record.lose(EIO);
  apply({wanted(1)});
  EXPECT_EQ(debts_.kept.at({1, 0}).error, EIO);
  apply({wanted(0), wanted(1)});
  EXPECT_EQ(inventory_.exports().at({1, 0})->queue.loss_record().answer(7), EIO);
}

TEST_F(Inventory, AnExportWithAnotherDiskOwesWhatTheOneBeforeOwed) {
  apply({wanted(0)});
  disk::LossRecord& record = inventory_.exports().at({1, 0})->queue.loss_record();
  record.wrote(7);
  record.lose(EIO);
  config::Export shorter = wanted(0);
  shorter.length = 4096;
  apply({shorter});
  EXPECT_EQ(inventory_.exports().at({1, 0})->queue.loss_record().answer(7), EIO);
}

TEST_F(Inventory, SaysAtTheEndWhetherDataWereLost) {
  apply({wanted(0)});
  EXPECT_TRUE(inventory_.settle_losses());
  inventory_.exports().at({1, 0})->queue.loss_record().lose(EIO);
  EXPECT_FALSE(inventory_.settle_losses());
  EXPECT_TRUE(debts_.kept.at({1, 0}).to_everybody);
}
