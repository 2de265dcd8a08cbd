#include "tests/unit/aoe/frames.h"

using namespace frames;
using aoe::DropReason;
using aoe::Verdict;

namespace {

constexpr unsigned kRead = 0, kSet = 1, kForceSet = 2;

class Reservation : public TargetTest {
 protected:
  void expect_list(const Frame& frame, const std::vector<base::MacAddress>& macs) {
    ASSERT_EQ(ask(frame).verdict, Verdict::reply);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(24), std::to_integer<unsigned>(frame[24]));
    ASSERT_EQ(at(25), macs.size());
    for (std::size_t i = 0; i < macs.size(); ++i) {
      EXPECT_EQ(base::MacAddress::load(reply_.data() + 26 + 6 * i), macs[i]);
    }
    const std::size_t end = 26 + 6 * macs.size();
    EXPECT_EQ(bytes_, std::max<std::size_t>(60, end));
    EXPECT_TRUE(zeros(end, bytes_));
  }
};

TEST_F(Reservation, IsSetByAnybodyWhileFree) {
  expect_list(reserve(kRead), {});
  expect_list(reserve(kSet, {kClient, kOther}), {kClient, kOther});
  expect_list(reserve(kRead), {kClient, kOther});
  EXPECT_FALSE(ask(reserve(kSet, {kClient, kOther})).state_changed);
  EXPECT_TRUE(ask(reserve(kSet, {kClient})).state_changed);
}

TEST_F(Reservation, IsChangedAndReleasedByItsHoldersOnly) {
  target_.reservation = {kOther};
  expect_aoe_error(reserve(kSet, {kClient}), 6);
  expect_aoe_error(reserve(kSet), 6);
  expect_list(reserve(kRead), {kOther});
  expect_list(reserve(kSet, {mac(9), kOther}, kAddress, kOther), {mac(9), kOther});
  expect_list(reserve(kSet, {}, kAddress, kOther), {});
  expect_list(reserve(kSet, {kClient}), {kClient});
}

TEST_F(Reservation, IsBrokenByForce) {
  target_.reservation = {kOther};
  EXPECT_TRUE(ask(reserve(kForceSet, {kClient})).state_changed);
  expect_list(reserve(kRead), {kClient});
  expect_list(reserve(kForceSet, {}, kAddress, kOther), {});
}

TEST_F(Reservation, LeavesConfigAndMaskCommandsToEverybody) {
  target_.reservation = {kOther};
  EXPECT_EQ(ask(config(0)).verdict, Verdict::reply);
  EXPECT_EQ(at(14), 0x18u);
  EXPECT_EQ(ask(mask(0)).verdict, Verdict::reply);
  EXPECT_EQ(at(14), 0x18u);
}

TEST_F(Reservation, HoldsAsManyAsAFrameOfTheStandardMtuShows) {
  EXPECT_EQ(aoe::kMaxReservation, 248u);
  std::vector<base::MacAddress> macs;
  for (unsigned i = 0; i < 248; ++i) macs.push_back(mac(i));
  expect_list(reserve(kSet, macs), macs);
  EXPECT_EQ(bytes_, 1514u);
  macs.push_back(mac(248));
  port_.mtu = 9000;
  expect_aoe_error(reserve(kForceSet, macs), 2);
  EXPECT_EQ(target_.reservation.size(), 248u);
}

TEST_F(Reservation, NeverExceedsTheMtu) {
  for (unsigned i = 0; i < 300; ++i) target_.reservation.push_back(mac(i));
  ASSERT_EQ(ask(reserve(kRead)).verdict, Verdict::reply);
  EXPECT_EQ(at(25), 248u);
  port_.mtu = 576;
  ASSERT_EQ(ask(reserve(kRead)).verdict, Verdict::reply);
  EXPECT_EQ(at(25), 94u);
  EXPECT_EQ(bytes_, 590u);
}

TEST_F(Reservation, RefusesMoreAddressesThanTheFrameHas) {
  for (const unsigned command : {kSet, kForceSet}) {
    Frame frame = reserve(command, {kClient});
    frame[25] = std::byte{2};
    expect_aoe_error(frame, 2);
    frame.resize(60);
    frame[25] = std::byte{6};
    expect_aoe_error(frame, 2);
    frame[25] = std::byte{255};
    expect_aoe_error(frame, 2);
  }
  EXPECT_TRUE(target_.reservation.empty());
}

TEST_F(Reservation, RefusesUnknownCommands) {
  target_.reservation = {kOther};
  for (unsigned command = 3; command < 256; ++command) expect_aoe_error(reserve(command), 2);
}

TEST_F(Reservation, ABroadcastReadsButNeverSets) {
  expect_list(reserve(kRead, {}, aoe::Address::broadcast()), {});
  expect_drop(reserve(kSet, {kClient}, aoe::Address::broadcast()), DropReason::broadcast_risk);
  expect_drop(reserve(kForceSet, {kClient}, {1, 0xff}), DropReason::broadcast_risk);
}

TEST_F(Reservation, PolicyKeepsItAsItIs) {
  target_.access.configure = aoe::Hosts::only({kOther});
  expect_aoe_error(reserve(kSet, {kClient}), 6);
  EXPECT_EQ(ask(reserve(kForceSet, {kClient})).reason, DropReason::refused);
  expect_list(reserve(kForceSet, {kOther}, kAddress, kOther), {kOther});
  target_.access.remote_configuration = false;
  expect_aoe_error(reserve(kSet, {}, kAddress, kOther), 6);
}

}  // namespace
