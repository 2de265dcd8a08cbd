#include "vblade/inventory/link_keeper.h"

#include "aoe/request.h"
#include "net/packet_ring.h"
#include "tests/unit/vblade/inventory/served.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

namespace {

class LinkKeeper : public Served {
 protected:
  static std::vector<std::byte> config_request() {
    const base::MacAddress client{{2, 0, 0, 0, 0, 9}};
    const auto frame =
        aoe::config_request({client, base::MacAddress::broadcast(), {1, 0}, 1}, aoe::ConfigCommand::read);
    const base::Bytes bytes = frame;
    return {bytes.begin(), bytes.end()};
  }
};

}  // namespace

TEST_F(LinkKeeper, FollowsAnInterfaceThatVanishesAndComesBack) {
  apply({wanted(0)});
  const auto everything = machine_.present;
  machine_.present.erase(machine_.present.begin());
  links_.follow(machine_.present);
  EXPECT_EQ(inventory_.ports().at("eth0")->link(), nullptr);
  machine_.present = everything;
  machine_.interface("eth0").index = 17;
  machine_.interface("eth0").mtu = 9000;
  machine_.opened.clear();
  links_.follow(machine_.present);
  EXPECT_THAT(machine_.opened, ElementsAre("eth0"));
  EXPECT_EQ(inventory_.ports().at("eth0")->wire.mtu, 9000u);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}

TEST_F(LinkKeeper, LeavesAPortThatABridgeTookInUntilItIsFreeAgain) {
  apply({wanted(0)});
  machine_.add("br0");
  machine_.interface("eth0").master = machine_.interface("br0").index;
  links_.follow(machine_.present);
  EXPECT_EQ(inventory_.ports().at("eth0")->link(), nullptr);
  machine_.interface("eth0").master = 0;
  links_.follow(machine_.present);
  EXPECT_NE(inventory_.ports().at("eth0")->link(), nullptr);
}

TEST_F(LinkKeeper, LosesNoRequestWhenAnInterfaceGetsAnotherMtu) {
  apply({wanted(0)});
  net::FakeLink& before = *machine_.links.at("eth0");
  std::size_t answered_before = 0;
  for (int i = 0; i < 200; ++i) before.arrive(config_request());
  before.on_close = [&] { answered_before = before.sent.size(); };
  (void)advertised("eth0");
  machine_.interface("eth0").mtu = 9000;
  links_.follow(machine_.present);
  EXPECT_EQ(answered_before, 200u);
  EXPECT_EQ(inventory_.ports().at("eth0")->wire.mtu, 9000u);
}

// Those came by both links while both were open.
TEST_F(LinkKeeper, AnswersWhatBothLinksHeardBeforeAnythingElse) {
  apply({wanted(0)});
  machine_.links.at("eth0")->arrive(config_request());
  machine_.links.at("eth0")->arrive(config_request());
  machine_.already_heard = {config_request(), config_request()};
  machine_.interface("eth0").mtu = 9000;
  links_.follow(machine_.present);
  EXPECT_FALSE(machine_.links.at("eth0")->pending());
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0", "1.0", "1.0"));  // two answers and the advertisement
}

TEST_F(LinkKeeper, AdvertisesAgainWhenALinkComesUp) {
  apply({wanted(0)});
  advertised("eth0");
  machine_.interface("eth0").up = false;
  links_.follow(machine_.present);
  machine_.interface("eth0").up = true;
  links_.follow(machine_.present);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}

TEST_F(LinkKeeper, MakesRoomForTheRequestsThatMoreExportsInvite) {
  apply({wanted(0)});
  EXPECT_EQ(machine_.links.at("eth0")->room(), 16u * 32u);
  apply({wanted(0), wanted(1), wanted(2), wanted(3)});
  links_.make_room();
  EXPECT_EQ(machine_.links.at("eth0")->room(), 4 * 16u * 32u);
  machine_.opened.clear();
  links_.make_room();
  EXPECT_THAT(machine_.opened, testing::IsEmpty()) << "it has the room";
}

// The machine's memory has an end.
TEST_F(LinkKeeper, LeavesARingThatCannotGrow) {
  auto many = wanted(0);
  many.buffers = 60000;
  apply({many});
  machine_.links.at("eth0")->ring = net::most_room(1500);
  machine_.opened.clear();
  links_.make_room();
  EXPECT_THAT(machine_.opened, testing::IsEmpty());
}
