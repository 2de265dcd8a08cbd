#include "vblade/inventory/rival_watch.h"

#include "aoe/request.h"
#include "aoe/target.h"
#include "tests/unit/vblade/inventory/served.h"
#include "vblade/control/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr base::MacAddress kOther{{2, 0, 0, 0, 0, 0x99}};

class RivalWatch : public Served {
 protected:
  RivalWatch() {
    server_.on_other_frame([this](vblade::Port& port, net::Frame frame) { return watch_.hear(port, frame); });
  }
  // A host says on this interface that it serves the address.
  void says(base::MacAddress mac, aoe::Address address, const std::string& interface = "eth0") {
    aoe::Target target;
    target.address = address;
    std::vector<std::byte> frame(aoe::kMaxReplyBytes);
    frame.resize(aoe::advertise(target, {.mac = mac, .mtu = 1500}, frame));
    machine_.links.at(interface)->arrive(frame);
    inventory_.serve_waiting();
  }
  std::vector<std::string> rivals(std::uint8_t slot) {
    std::vector<std::string> found;
    for (const auto& one : inventory_.exports().at({1, slot})->rivals)
      found.push_back(one.mac.text() + " " + one.interface);
    return found;
  }
  std::string state() { return vblade::status_of(inventory_)["exports"].items()[0]["state"].as_text(); }
  std::size_t questions(const std::string& interface) {
    return std::exchange(machine_.links.at(interface)->sent, {}).size();
  }

  vblade::RivalWatch watch_{inventory_};
};

}  // namespace

TEST_F(RivalWatch, HearsWhoeverServesAnAddressOfOurs) {
  apply({wanted(0), wanted(1, {"eth0", "eth1"})});
  says(kOther, {1, 1});
  says(kOther, {1, 1});
  says(kOther, {1, 7});
  EXPECT_THAT(rivals(0), IsEmpty());
  EXPECT_THAT(rivals(1), ElementsAre("02:00:00:00:00:99 eth0"));
  EXPECT_EQ(inventory_.ports().at("eth0")->counters.malformed, 0U);
}

TEST_F(RivalWatch, IsNotDeceivedByOurOtherInterfaceOnTheSameNetwork) {
  apply({wanted(0, {"eth0", "eth1"}), wanted(1)});
  says(machine_.interface("eth1").mac, {1, 0});
  EXPECT_THAT(rivals(0), IsEmpty());
  says(machine_.interface("eth1").mac, {1, 1});
  EXPECT_THAT(rivals(1), ElementsAre("02:00:00:00:00:02 eth0")) << "another server of this machine";
}

TEST_F(RivalWatch, AsksWhenALinkComesUpAndOnceAMinute) {
  apply({wanted(0), wanted(1)});
  (void)questions("eth0");
  watch_.look();
  EXPECT_EQ(questions("eth0"), 1U);
  for (int second = 0; second < 59; ++second) watch_.look();
  EXPECT_EQ(questions("eth0"), 0U);
  watch_.look();
  EXPECT_EQ(questions("eth0"), 1U);
  machine_.interface("eth0").up = false;
  links_.follow(machine_.present);
  watch_.look();
  EXPECT_EQ(questions("eth0"), 0U);
  machine_.interface("eth0").up = true;
  links_.follow(machine_.present);
  (void)questions("eth0");
  watch_.look();
  EXPECT_EQ(questions("eth0"), 1U);
}

TEST_F(RivalWatch, IsAStateUntilTheRivalIsSilent) {
  apply({wanted(0)});
  EXPECT_EQ(state(), "serving");
  says(kOther, {1, 0});
  EXPECT_EQ(state(), "rival");
  for (int second = 0; second < 120; ++second) watch_.look();
  EXPECT_EQ(state(), "rival");
  for (int second = 0; second < 60; ++second) watch_.look();
  EXPECT_EQ(state(), "serving");
}

TEST_F(RivalWatch, IsNoStateWhereSomebodyForcesIt) {
  auto forced = wanted(0);
  forced.force = true;
  apply({forced});
  says(kOther, {1, 0});
  EXPECT_EQ(state(), "serving");
  EXPECT_THAT(rivals(0), ElementsAre("02:00:00:00:00:99 eth0"));
}

TEST_F(RivalWatch, RemembersOnlySomeOfInventedHosts) {
  apply({wanted(0)});
  for (std::uint8_t i = 0; i < 100; ++i) says({{2, 0, 0, 0, 1, i}}, {1, 0});
  EXPECT_EQ(rivals(0).size(), 8U);
}
