#include "vblade/inventory/address_probe.h"

#include "aoe/header.h"
#include "aoe/request.h"
#include "aoe/target.h"
#include "tests/fakes/vblade/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

class AddressProbe : public testing::Test {
 protected:
  AddressProbe() {
    machine_.add("eth0");
    machine_.add("eth1");
  }
  // Another host on this interface says that it serves the address.
  void another_serves(aoe::Address address, const std::string& interface, base::MacAddress mac) {
    aoe::Target target;
    target.address = address;
    std::vector<std::byte> frame(aoe::kMaxReplyBytes);
    frame.resize(aoe::advertise(target, {.mac = mac, .mtu = 1500}, frame));
    base::store_be<std::uint32_t>(frame.data() + 20, aoe::kUserTag | 0x7072);
    machine_.responses[interface].push_back(frame);
  }

  FakeMachine machine_;
};

}  // namespace

TEST_F(AddressProbe, FindsThoseWhoServeWhatIsAskedForEachOnce) {
  const base::MacAddress other{{2, 0, 0, 0, 0, 0x99}};
  another_serves({1, 1}, "eth0", other);
  another_serves({1, 1}, "eth0", other);
  another_serves({1, 7}, "eth0", other);  // which nobody asked for
  vblade::WireProbe probe(machine_);
  int meanwhile = 0;
  const auto rivals =
      probe.ask({{"eth0", {{1, 0}, {1, 1}}}}, std::chrono::milliseconds(5), [&] { ++meanwhile; });
  ASSERT_EQ(rivals.size(), 1u);
  EXPECT_EQ(rivals[0].interface, "eth0");
  EXPECT_EQ(rivals[0].address, (aoe::Address{1, 1}));
  EXPECT_EQ(rivals[0].mac, other);
  EXPECT_GT(meanwhile, 0);
}

TEST_F(AddressProbe, HearsOneThatBeginsToServeAtTheSameMoment) {
  aoe::Target target;
  target.address = {1, 0};
  std::vector<std::byte> frame(aoe::kMaxReplyBytes);
  frame.resize(aoe::advertise(target, {.mac = {{2, 0, 0, 0, 0, 0x99}}, .mtu = 1500}, frame));
  machine_.responses["eth0"].push_back(frame);
  vblade::WireProbe probe(machine_);
  EXPECT_EQ(probe.ask({{"eth0", {{1, 0}}}}, std::chrono::milliseconds(5), [] {}).size(), 1U);
}
