#include "net/link_monitor.h"

#include "tests/net/links/cable.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace net::test {
namespace {

using Kind = LinkEvent::Kind;

class LinkMonitors : public Cable {
 protected:
  void SetUp() override {
    Cable::SetUp();
    auto opened = LinkMonitor::open();
    ASSERT_TRUE(opened) << opened.error().message;
    monitor_.emplace(std::move(*opened));
  }
  // The next event about this interface, whatever else happens.
  LinkEvent next(const std::string& name) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < until) {
      for (const LinkEvent& one : waiting_) {
        if (one.now.name != name && one.before.name != name) continue;
        const LinkEvent found = one;
        waiting_.clear();
        return found;
      }
      readable(monitor_->fd(), 1000);
      auto read = monitor_->read();
      EXPECT_TRUE(read) << read.error().message;
      waiting_ = *read;
    }
    ADD_FAILURE() << "nothing happened to " << name;
    return {};
  }
  std::optional<LinkMonitor> monitor_;
  std::vector<LinkEvent> waiting_;
};

TEST_F(LinkMonitors, SeeALinkLoseAndRegainItsCarrier) {
  run("ip link set right down");
  LinkEvent event = next("left");
  EXPECT_EQ(event.kind, Kind::changed);
  EXPECT_TRUE(event.before.up);
  EXPECT_FALSE(event.now.up);
  EXPECT_TRUE(event.now.enabled);
  run("ip link set right up");
  while (!event.now.up && !HasFailure()) event = next("left");
}

TEST_F(LinkMonitors, SeeAnotherMtuMacAndName) {
  run("ip link set left mtu 9000");
  EXPECT_EQ(next("left").now.mtu, 9000U);
  run("ip link set left down");
  EXPECT_FALSE(next("left").now.enabled);
  run("ip link set left address 02:00:00:00:00:55");
  EXPECT_EQ(next("left").now.mac.text(), "02:00:00:00:00:55");
  run("ip link set left name port");
  const LinkEvent renamed = next("port");
  EXPECT_EQ(renamed.kind, Kind::changed);
  EXPECT_EQ(renamed.before.name, "left");
  run("ip link set port name left");
}

TEST_F(LinkMonitors, SeeAnInterfaceVanishAndAppearAgain) {
  const int index = find_interface("left")->index;
  run("ip link del left");
  EXPECT_EQ(next("left").kind, Kind::vanished);
  run("ip link add left type veth peer name right");
  const LinkEvent back = next("left");
  EXPECT_EQ(back.kind, Kind::appeared);
  EXPECT_NE(back.now.index, index);
}

TEST_F(LinkMonitors, KnowTheOutcomeEvenWhenTheyWereNotReadForLong) {
  run("for i in $(seq 400); do echo link set left mtu $((1400 + i)); done | ip -batch -");
  std::vector<LinkEvent> events;
  while (readable(monitor_->fd(), 100)) {
    auto some = monitor_->read();
    ASSERT_TRUE(some) << some.error().message;
    events.insert(events.end(), some->begin(), some->end());
  }
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().now.mtu, 1800U);
}

}  // namespace
}  // namespace net::test
