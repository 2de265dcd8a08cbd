#include "net/interface.h"

#include "net/link_message.h"

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> names(const std::vector<Interface>& interfaces) {
  std::vector<std::string> all;
  for (const Interface& one : interfaces) all.push_back(one.name);
  return all;
}

const std::vector<Interface> kThree{
    {.name = "lo", .index = 1}, {.name = "eth0", .index = 2}, {.name = "eth1", .index = 3}};

TEST(Matching, TakesNamesAndGlobs) {
  EXPECT_THAT(names(matching(kThree, std::vector<std::string>{"eth*"})), ElementsAre("eth0", "eth1"));
  EXPECT_THAT(names(matching(kThree, std::vector<std::string>{"eth[1-9]", "lo"})), ElementsAre("lo", "eth1"));
  EXPECT_THAT(names(matching(kThree, std::vector<std::string>{"eth"})), ElementsAre());
}

TEST(Matching, NamesAnInterfaceOnce) {
  EXPECT_THAT(names(matching(kThree, std::vector<std::string>{"eth0", "eth*"})), ElementsAre("eth0", "eth1"));
}

TEST(Matching, TakesEveryNameOfAnInterface) {
  std::vector<Interface> all = kThree;
  all[1].other_names = {"enp3s0", "enx020000000001-behind-the-left-door"};
  EXPECT_THAT(names(matching(all, std::vector<std::string>{"enp3s0"})), ElementsAre("eth0"));
  EXPECT_THAT(names(matching(all, std::vector<std::string>{"enx*"})), ElementsAre("eth0"));
}

TEST(Interfaces, HaveLoopbackAmongThem) {
  const auto all = interfaces();
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_THAT(names(*all), testing::Contains("lo"));
}

TEST(FindInterface, KnowsLoopback) {
  const auto lo = find_interface("lo");
  ASSERT_TRUE(lo) << lo.error().message;
  EXPECT_TRUE(lo->ethernet);
  EXPECT_TRUE(lo->loopback);
  EXPECT_TRUE(lo->mac.is_zero());
  EXPECT_GE(lo->mtu, 1500U);
}

TEST(FindInterface, ListsWhatThereIsWhenTheNameIsWrong) {
  const auto missing = find_interface("nosuch0");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, StartsWith("interface \"nosuch0\" does not exist; there are: "));
  EXPECT_THAT(missing.error().message, HasSubstr("lo"));
  EXPECT_EQ(missing.error().code, ENODEV);
}

TEST(RaiseInterface, RefusesANameThatIsNone) {
  for (const std::string name : {"nosuch0", "", "a-name-much-longer-than-any"}) {
    const auto raised = raise_interface(name);
    ASSERT_FALSE(raised);
    EXPECT_THAT(raised.error().message, StartsWith("interface \"" + name + "\" does not exist; there are: "));
  }
}

// A message about one link, as the kernel writes it.
class LinkMessage {
 public:
  LinkMessage(std::uint16_t type, unsigned flags) {
    header_ = mnl_nlmsg_put_header(buffer_.data());
    header_->nlmsg_type = RTM_NEWLINK;
    auto* info = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(ifinfomsg)));
    info->ifi_index = 7;
    info->ifi_type = type;
    info->ifi_flags = flags;
  }
  LinkMessage& name(const char* text) { return mnl_attr_put_strz(header_, IFLA_IFNAME, text), *this; }
  LinkMessage& mtu(std::uint32_t bytes) { return mnl_attr_put_u32(header_, IFLA_MTU, bytes), *this; }
  LinkMessage& mac(base::MacAddress mac) {
    return mnl_attr_put(header_, IFLA_ADDRESS, mac.octets.size(), mac.octets.data()), *this;
  }
  LinkMessage& other_name(const char* text) {
    nlattr* list = mnl_attr_nest_start(header_, IFLA_PROP_LIST);
    mnl_attr_put_strz(header_, IFLA_ALT_IFNAME, text);
    return mnl_attr_nest_end(header_, list), *this;
  }
  LinkMessage& port_of(std::uint32_t master, const char* kind) {
    mnl_attr_put_u32(header_, IFLA_MASTER, master);
    nlattr* info = mnl_attr_nest_start(header_, IFLA_LINKINFO);
    mnl_attr_put_strz(header_, IFLA_INFO_SLAVE_KIND, kind);
    return mnl_attr_nest_end(header_, info), *this;
  }
  const nlmsghdr& get() const { return *header_; }

 private:
  alignas(nlmsghdr) std::array<char, 1024> buffer_{};
  nlmsghdr* header_ = nullptr;
};

constexpr base::MacAddress kMac{{0x02, 0, 0, 0, 0, 7}};

TEST(LinkMessages, AreReadIntoAnInterface) {
  LinkMessage message(ARPHRD_ETHER, IFF_UP | IFF_RUNNING);
  message.name("eth7").mtu(9000).mac(kMac);
  EXPECT_EQ(read_link_message(message.get()), (Interface{.name = "eth7",
                                                         .index = 7,
                                                         .mac = kMac,
                                                         .mtu = 9000,
                                                         .up = true,
                                                         .enabled = true,
                                                         .ethernet = true}));
}

TEST(LinkMessages, HaveTheOtherNamesAndWhoTakesItsFrames) {
  LinkMessage bridged(ARPHRD_ETHER, IFF_UP);
  const auto port = read_link_message(bridged.name("eth7").other_name("enp7s0").port_of(3, "bridge").get());
  ASSERT_TRUE(port);
  EXPECT_THAT(port->other_names, ElementsAre("enp7s0"));
  EXPECT_EQ(port->master, 3);
  LinkMessage routed(ARPHRD_ETHER, IFF_UP);
  EXPECT_EQ(read_link_message(routed.name("eth7").port_of(3, "vrf").get())->master, 0);
}

TEST(LinkMessages, TellALinkWithoutCarrierFromOneThatIsSetDown) {
  LinkMessage unplugged(ARPHRD_ETHER, IFF_UP);
  LinkMessage down(ARPHRD_ETHER, 0);
  const auto first = read_link_message(unplugged.name("a").get());
  const auto second = read_link_message(down.name("b").get());
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->enabled);
  EXPECT_FALSE(first->up);
  EXPECT_FALSE(second->enabled);
}

TEST(LinkMessages, TellWhatIsNotEthernet) {
  LinkMessage tunnel(ARPHRD_NONE, IFF_UP);
  EXPECT_FALSE(read_link_message(tunnel.name("tun0").get())->ethernet);
}

TEST(LinkMessages, WithoutANameOrCutShortAreIgnored) {
  LinkMessage nameless(ARPHRD_ETHER, IFF_UP);
  EXPECT_FALSE(read_link_message(nameless.mtu(1500).get()));
  nlmsghdr cut{};
  cut.nlmsg_len = sizeof cut;
  EXPECT_FALSE(read_link_message(cut));
}

}  // namespace
}  // namespace net
