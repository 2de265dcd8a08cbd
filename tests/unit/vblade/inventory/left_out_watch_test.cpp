#include "vblade/inventory/left_out_watch.h"

#include "tests/unit/vblade/inventory/served.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

namespace {

class LeftOutWatch : public Served {
 protected:
  LeftOutWatch() { server_wanted_.partial = true; }

  void roll_out(const config::Server& server) {
    EXPECT_TRUE(rollout_.apply(server, {}).empty());
    watch_.start(server);
  }

  config::Server server_wanted_;
  vblade::LeftOutWatch watch_{inventory_};
};

}  // namespace

TEST_F(LeftOutWatch, TakesUpAnInterfaceThatComes) {
  server_wanted_.exports = {wanted(0, {"eth0", "eth2"}), wanted(1, {"eth2"})};
  roll_out(server_wanted_);
  EXPECT_EQ(watch_.interfaces_came(machine_.present), nullptr);
  machine_.add("eth2");
  machine_.interface("eth2").enabled = false;
  EXPECT_EQ(watch_.interfaces_came(machine_.present), nullptr) << "it cannot be used yet";
  machine_.interface("eth2").enabled = true;
  const config::Server* again = watch_.interfaces_came(machine_.present);
  ASSERT_NE(again, nullptr);
  roll_out(config::Server(*again));
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth0", "eth2"));
  EXPECT_EQ(watch_.interfaces_came(machine_.present), nullptr) << "all is there";
}

TEST_F(LeftOutWatch, TakesUpAPathThatComes) {
  const std::filesystem::path late = file_.path().string() + "-late";
  server_wanted_.exports = {wanted(0), wanted(1)};
  server_wanted_.exports[1].path = late;
  roll_out(server_wanted_);
  EXPECT_EQ(watch_.path_came(), nullptr);
  std::ofstream(late) << std::string(1 << 20, 'x');
  const config::Server* again = watch_.path_came();
  ASSERT_NE(again, nullptr);
  roll_out(config::Server(*again));
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.1"));
  EXPECT_EQ(watch_.path_came(), nullptr);
  std::filesystem::remove(late);
}

TEST_F(LeftOutWatch, TriesWhatIsThereAndFailsOnlyOnce) {
  const std::filesystem::path late = file_.path().string() + "-small";
  server_wanted_.exports = {wanted(0), wanted(1)};
  server_wanted_.exports[1].path = late;
  roll_out(server_wanted_);
  std::ofstream(late) << "too small";
  const config::Server* again = watch_.path_came();
  ASSERT_NE(again, nullptr);
  roll_out(config::Server(*again));
  EXPECT_THAT(served(), ElementsAre("e1.0"));
  EXPECT_EQ(watch_.path_came(), nullptr);
  std::filesystem::remove(late);
}

TEST_F(LeftOutWatch, LeavesAloneWhatIsToBeServedAsAWhole) {
  server_wanted_.partial = false;
  server_wanted_.exports = {wanted(0)};
  roll_out(server_wanted_);
  machine_.add("eth2");
  EXPECT_EQ(watch_.interfaces_came(machine_.present), nullptr);
}
