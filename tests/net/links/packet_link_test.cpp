#include "net/packet_link.h"

#include "base/fd.h"
#include "tests/net/links/cable.h"
#include "tests/net/links/heap.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace net::test {
namespace {

constexpr int kSoon = 5000;  // milliseconds; only a failing test waits that long
constexpr int kQuiet = 50;   // long enough for what would have come on a veth at once

class PacketLinks : public Cable {
 protected:
  void SetUp() override {
    Cable::SetUp();
    left_ = open("left", {});
    right_ = open("right", {});
  }
  std::unique_ptr<PacketLink> open(const std::string& name, LinkOptions options) {
    options.ether_type = kEtherType;
    auto link = PacketLink::open(name, options);
    EXPECT_TRUE(link) << link.error().message;
    return link ? std::move(*link) : nullptr;
  }
  static std::size_t send(Link& link, const Whole& frame) {
    const std::array frames{OutFrame{frame, {}}};
    return link.send(frames).value_or(0);
  }
  // The marks of what comes until nothing more does.
  static std::vector<int> heard(Link& link, int wait) {
    std::vector<int> marks;
    while (readable(link.fd(), marks.empty() ? wait : kQuiet)) {
      for (const Frame frame : link.receive()) marks.push_back(std::to_integer<int>(frame[14]));
      link.release();
    }
    return marks;
  }
  // Both ends are up, yet the kernel gets a cable going again in its own time, and drops frames until then.
  static bool heard_at_last(Link& from, Link& to, std::uint8_t mark) {
    for (int tries = 0; tries < 100; ++tries) {
      send(from, frame_to(to.interface().mac, mark));
      if (const auto marks = heard(to, kQuiet); !marks.empty()) return marks.front() == mark;
    }
    return false;
  }
  base::MacAddress right_mac() const { return right_->interface().mac; }

  std::unique_ptr<PacketLink> left_, right_;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(PacketLinks, CarryFramesBothWays) {
  EXPECT_EQ(send(*left_, frame_to(right_mac(), 1)), 1U);
  EXPECT_THAT(heard(*right_, kSoon), ElementsAre(1));
  EXPECT_EQ(send(*right_, frame_to(base::MacAddress::broadcast(), 2)), 1U);
  EXPECT_THAT(heard(*left_, kSoon), ElementsAre(2));
}

TEST_F(PacketLinks, JoinTheTwoPiecesOfAFrame) {
  const Whole head = frame_to(right_mac(), 7);
  const std::vector<std::byte> tail(1024, std::byte{0x5a});
  const std::array frames{OutFrame{head, tail}};
  ASSERT_EQ(left_->send(frames).value(), 1U);
  ASSERT_TRUE(readable(right_->fd(), kSoon));
  const auto got = right_->receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(std::ranges::equal(got[0].first(head.size()), head));
  EXPECT_TRUE(std::ranges::equal(got[0].subspan(head.size()), tail));
}

TEST_F(PacketLinks, HandOutABurstInOrderABatchAtATime) {
  auto small = open("right", {.batch = 16});
  std::vector<Whole> frames;
  for (int i = 0; i < 100; ++i) frames.push_back(frame_to(right_mac(), static_cast<std::uint8_t>(i)));
  std::vector<OutFrame> out;
  for (const Whole& one : frames) out.push_back({one, {}});
  ASSERT_EQ(left_->send(out).value(), 100U);
  ASSERT_TRUE(readable(small->fd(), kSoon));
  EXPECT_TRUE(small->pending());
  EXPECT_EQ(small->receive().size(), 16U);
  const auto next = small->receive();
  ASSERT_EQ(next.size(), 16U);
  EXPECT_EQ(next[0][14], std::byte{16});
  EXPECT_EQ(heard(*small, kSoon).size(), 100U - 32U);
  EXPECT_FALSE(small->pending());
}

TEST_F(PacketLinks, WorkOnWhenTheRingHasGoneRoundManyTimes) {
  auto tight = open("right", {.ring_bytes = 0});
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(send(*left_, frame_to(right_mac(), static_cast<std::uint8_t>(i))), 1U);
    ASSERT_TRUE(readable(tight->fd(), kSoon)) << i;
    const auto got = tight->receive();
    ASSERT_EQ(got.size(), 1U);
    ASSERT_EQ(got[0][14], static_cast<std::byte>(i));
    tight->release();
  }
  EXPECT_EQ(tight->counters().received, 1000U);
}

TEST_F(PacketLinks, CountWhatAFullRingLoses) {
  auto tight = open("right", {.ring_bytes = 0});
  for (int i = 0; i < 200; ++i) ASSERT_EQ(send(*left_, frame_to(right_mac(), 1)), 1U);
  ASSERT_TRUE(readable(tight->fd(), kSoon));
  const std::size_t got = heard(*tight, kSoon).size();
  EXPECT_EQ(got + tight->counters().overrun, 200U);
  EXPECT_EQ(got + tight->counters().overrun, 200U) << "a second look must not forget";
}

TEST_F(PacketLinks, TakeTurnsOfSendersIfTheyAreToldTo) {
  auto fair = open("right", {.by_turns = true});
  Whole other = frame_to(right_mac(), 200);
  other[11] = std::byte{9};
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(send(*left_, frame_to(right_mac(), static_cast<std::uint8_t>(i))), 1U);
  ASSERT_EQ(send(*left_, other), 1U);
  ASSERT_TRUE(readable(fair->fd(), kSoon));
  const auto first = fair->receive();
  ASSERT_EQ(first.size(), 16U);
  EXPECT_EQ(first[0][14], std::byte{0});
  EXPECT_EQ(first[1][14], std::byte{200}) << "it does not wait for the other's hundred";
  EXPECT_EQ(first[2][14], std::byte{1});
  std::size_t rest = 0;
  while (fair->pending()) rest += fair->receive().size();
  fair->release();
  EXPECT_EQ(rest, 101U - 16U);
  EXPECT_FALSE(readable(fair->fd(), 0));
}

// It has the ring to itself, but for the quarter that is others'.
TEST_F(PacketLinks, DropWhatOneSenderSendsBeyondItsShare) {
  auto fair = open("right", {.ring_bytes = 0, .by_turns = true});
  const std::size_t share = fair->room() - fair->room() / 4;
  for (std::size_t i = 0; i < fair->room(); ++i) ASSERT_EQ(send(*left_, frame_to(right_mac(), 1)), 1U);
  ASSERT_TRUE(readable(fair->fd(), kSoon));
  std::size_t got = 0;
  while (fair->pending()) got += fair->receive().size();
  EXPECT_EQ(got, share);
  EXPECT_EQ(fair->counters().excess, fair->room() - share);
  EXPECT_EQ(fair->counters().overrun, 0U);
}

// As a network card does that hands over what a host with a larger MTU has sent.
TEST_F(PacketLinks, AreAtRestAfterAFrameThatIsLongerThanTheMtu) {
  const base::Fd tap(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  ifreq request{};
  std::strcpy(request.ifr_name, "tap");
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (!tap || ::ioctl(tap.get(), TUNSETIFF, &request) != 0) GTEST_SKIP() << "needs /dev/net/tun";
  run("ip link set tap mtu 1500 up");
  auto link = open("tap", {});
  std::vector<std::byte> frame(4000);
  const auto begin = frame_to(base::MacAddress::broadcast(), 1);
  std::ranges::copy(begin, frame.begin());
  ASSERT_EQ(::write(tap.get(), frame.data(), frame.size()), static_cast<ssize_t>(frame.size()));
  ASSERT_TRUE(readable(link->fd(), kSoon));
  EXPECT_THAT(link->receive(), IsEmpty());
  EXPECT_FALSE(readable(link->fd(), 0));
  EXPECT_EQ(link->counters().truncated, 1U);
  ASSERT_EQ(::write(tap.get(), frame.data(), 60), 60);
  EXPECT_THAT(heard(*link, kSoon), ElementsAre(1));
}

TEST_F(PacketLinks, HearNeitherThemselvesNorWhatIsForAnotherHost) {
  run("ip link set right promisc on");
  send(*right_, frame_to(base::MacAddress::broadcast(), 1));
  send(*left_, frame_to({{0x02, 0, 0, 0, 0, 0x99}}, 2));
  send(*left_, frame_to(right_mac(), 3));
  EXPECT_THAT(heard(*right_, kSoon), ElementsAre(3));
}

TEST_F(PacketLinks, HearTheirEtherTypeOnlyAndWhatTheFilterLets) {
  auto narrow = open("right", {.filter = "ether[14] > 10"});
  send(*left_, frame_to(right_mac(), 20, 0x88a3));
  send(*left_, frame_to(right_mac(), 5));
  send(*left_, frame_to(right_mac(), 11));
  EXPECT_THAT(heard(*narrow, kSoon), ElementsAre(11));
  ASSERT_TRUE(narrow->set_filter("ether[14] < 10"));
  send(*left_, frame_to(right_mac(), 5));
  send(*left_, frame_to(right_mac(), 11));
  EXPECT_THAT(heard(*narrow, kSoon), ElementsAre(5));
  ASSERT_FALSE(narrow->set_filter("ether[14] <"));
  send(*left_, frame_to(right_mac(), 6));
  EXPECT_THAT(heard(*narrow, kSoon), ElementsAre(6)) << "the old filter stays";
}

TEST_F(PacketLinks, IgnoreTaggedFrames) {
  Whole tagged = frame_to(right_mac(), 1, 0x8100);
  base::store_be<std::uint16_t>(&tagged[14], 5);  // VLAN 5
  base::store_be<std::uint16_t>(&tagged[16], kEtherType);
  tagged[18] = std::byte{1};
  send(*left_, tagged);
  send(*left_, frame_to(right_mac(), 2));
  EXPECT_THAT(heard(*right_, kSoon), ElementsAre(2));
}

// A VLAN's frames come in the same way: the kernel gives them to the interface above, and a copy to ours.
TEST_F(PacketLinks, IgnoreFramesOfAnInterfaceAboveTheirs) {
  run("ip link add above link right type macvlan mode passthru; ip link set above up");
  const auto above = open("above", {});
  ASSERT_TRUE(heard_at_last(*left_, *above, 1));
  EXPECT_THAT(heard(*right_, kQuiet), IsEmpty());
  send(*left_, frame_to(right_mac(), 2));
  EXPECT_THAT(heard(*above, kSoon), ElementsAre(2));
  EXPECT_THAT(heard(*right_, kQuiet), IsEmpty());
}

TEST_F(PacketLinks, SurviveTheLinkGoingDownAndUp) {
  run("ip link set right down");
  EXPECT_TRUE(readable(right_->fd(), kSoon)) << "the loop is told";
  EXPECT_THAT(right_->receive(), IsEmpty());
  EXPECT_FALSE(readable(right_->fd(), 0)) << "once, or it would spin";
  EXPECT_EQ(send(*right_, frame_to(base::MacAddress::broadcast(), 1)), 0U);
  EXPECT_EQ(right_->counters().refused, 1U);
  run("ip link set right up");
  EXPECT_TRUE(heard_at_last(*left_, *right_, 2));
  EXPECT_TRUE(heard_at_last(*right_, *left_, 3));
}

TEST_F(PacketLinks, LoseNoFrameToAnErrorThatIsOver) {
  run("ip link set right down");
  run("ip link set right up");
  EXPECT_EQ(send(*right_, frame_to(left_->interface().mac, 4)), 1U);
}

TEST_F(PacketLinks, RefuseFramesLongerThanTheMtuAndSendTheOthers) {
  const Whole head = frame_to(right_mac(), 1);
  const Whole last = frame_to(right_mac(), 2);
  const std::vector<std::byte> too_much(1500);
  const std::array frames{OutFrame{head, too_much}, OutFrame{last, {}}};
  EXPECT_EQ(left_->send(frames).value(), 1U);
  EXPECT_EQ(left_->counters().refused, 1U);
  EXPECT_EQ(left_->counters().sent, 1U);
  EXPECT_THAT(heard(*right_, kSoon), ElementsAre(2));
}

TEST_F(PacketLinks, CarryJumboFrames) {
  run("ip link set left mtu 9000; ip link set right mtu 9000");
  auto from = open("left", {});
  auto to = open("right", {});
  const Whole head = frame_to(right_mac(), 1);
  const std::vector<std::byte> rest(9014 - head.size(), std::byte{9});
  const std::array frames{OutFrame{head, rest}};
  ASSERT_EQ(from->send(frames).value(), 1U);
  ASSERT_TRUE(readable(to->fd(), kSoon));
  const auto got = to->receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].size(), 9014U);
}

TEST_F(PacketLinks, KeepTheOrderOfSmallAndLargeFrames) {
  run("ip link set left mtu 9000; ip link set right mtu 9000");
  auto from = open("left", {});
  auto to = open("right", {});
  const std::vector<std::byte> data(8192, std::byte{9});
  std::vector<Whole> heads;
  for (int i = 0; i < 9; ++i) heads.push_back(frame_to(right_mac(), static_cast<std::uint8_t>(i)));
  std::vector<OutFrame> frames;
  for (const Whole& head : heads)
    frames.push_back({head, frames.size() % 3 == 0 ? base::Bytes() : base::Bytes(data)});
  ASSERT_EQ(from->send(frames).value(), 9U);
  EXPECT_THAT(heard(*to, kSoon), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(heard(*from, kQuiet), IsEmpty()) << "nothing comes back on the second socket";
}

TEST_F(PacketLinks, DropAndCountFramesLongerThanTheMtuAtOpening) {
  run("ip link set left mtu 9000; ip link set right mtu 9000");
  const Whole head = frame_to(right_mac(), 1);
  const std::vector<std::byte> rest(4000);
  const std::array frames{OutFrame{head, rest}};
  ASSERT_EQ(left_->send(frames).value(), 1U);
  send(*left_, frame_to(right_mac(), 2));
  EXPECT_THAT(heard(*right_, kSoon), ElementsAre(2));
  EXPECT_EQ(right_->counters().truncated, 1U);
}

TEST_F(PacketLinks, SayWhenTheirInterfaceIsGone) {
  run("ip link del left");
  const Whole frame = frame_to(base::MacAddress::broadcast(), 1);
  const std::array frames{OutFrame{frame, {}}};
  EXPECT_THAT(right_->receive(), IsEmpty());
  const auto sent = right_->send(frames);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().message, "interface right is gone: No such device or address");
}

TEST_F(PacketLinks, AskTheHeapForNothingOnceOpen) {
  std::vector<Whole> frames(200, frame_to(right_mac(), 1));
  std::vector<OutFrame> out;
  for (const Whole& one : frames) out.push_back({one, {}});
  const std::size_t before = heap_allocations();
  const bool sent = left_->send(out).has_value();
  std::size_t got = 0;
  while (got < 200 && readable(right_->fd(), kSoon)) {
    got += right_->receive().size();
    right_->release();
  }
  const std::size_t after = heap_allocations();
  EXPECT_TRUE(sent);
  EXPECT_EQ(got, 200U);
  EXPECT_EQ(after, before);
}

TEST_F(PacketLinks, OpenOnLoopbackToo) {
  run("ip link set lo up");
  auto lo = open("lo", {});
  const Whole head = frame_to({}, 1);
  const std::vector<std::byte> rest(65060 - head.size());
  const std::array frames{OutFrame{head, rest}};
  ASSERT_EQ(lo->send(frames).value(), 1U);
  ASSERT_TRUE(readable(lo->fd(), kSoon));
  const auto got = lo->receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].size(), 65060U);
  run("ip link set lo down");
}

using OpeningALink = Cable;

std::string refusal(const std::string& name) {
  const auto link = PacketLink::open(name, {.ether_type = kEtherType});
  return link ? "opened" : link.error().message;
}

TEST_F(OpeningALink, NamesAnInterfaceThatIsMissing) {
  EXPECT_EQ(refusal("nosuch0"), "interface \"nosuch0\" does not exist; there are: lo, right, left");
}

TEST_F(OpeningALink, NamesOneThatIsDownAndSaysHowToRaiseIt) {
  run("ip link set left down");
  EXPECT_EQ(refusal("left"), "interface left is down; set it up: ip link set left up");
  ASSERT_TRUE(raise_interface("left"));
  EXPECT_EQ(refusal("left"), "opened");
}

TEST_F(OpeningALink, IsNoErrorWithoutCarrier) {
  run("ip link set right down");
  EXPECT_EQ(refusal("left"), "opened");
  EXPECT_FALSE(find_interface("left")->up);
  EXPECT_TRUE(find_interface("left")->enabled);
}

TEST_F(OpeningALink, NamesOneThatIsNotEthernet) {
  run("ip tuntap add tun7 mode tun");
  EXPECT_EQ(refusal("tun7"), "interface tun7 does not carry Ethernet frames");
  run("ip tuntap del tun7 mode tun");
}

TEST_F(OpeningALink, SaysWhatRightIsMissing) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool right =
        ::setuid(65534) == 0 &&
        refusal("left") ==
            "cannot open a packet socket on left: Operation not permitted; run as root or with CAP_NET_RAW" &&
        raise_interface("right").has_value() /* is up already: needs no right */ &&
        set_mtu("left", 1400).error().message ==
            "cannot set the MTU of interface left to 1400: Operation not permitted; run as root (it needs "
            "CAP_NET_ADMIN)";
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(OpeningALink, RefusesAnMtuThatTheInterfaceCannotHave) {
  const auto set = set_mtu("left", 10);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().message, "cannot set the MTU of interface left to 10: Invalid argument");
  ASSERT_TRUE(set_mtu("left", 9000));
  EXPECT_EQ(find_interface("left")->mtu, 9000U);
}

}  // namespace
}  // namespace net::test
