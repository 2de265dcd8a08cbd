#include "tests/unit/aoe/frames.h"

using namespace frames;
using aoe::DropReason;
using aoe::Verdict;

namespace {

constexpr unsigned kRead = 0, kEdit = 1;
constexpr unsigned kNothing = 0, kAdd = 1, kRemove = 2;

class MaskList : public TargetTest {
 protected:
  MaskList() { target_.mask = {kClient}; }

  void expect_list(const Frame& frame, const std::vector<base::MacAddress>& macs) {
    ASSERT_EQ(ask(frame).verdict, Verdict::reply);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(24), 0u);
    EXPECT_EQ(at(25), std::to_integer<unsigned>(frame[25]));
    EXPECT_EQ(at(26), 0u);
    ASSERT_EQ(at(27), macs.size());
    for (std::size_t i = 0; i < macs.size(); ++i) {
      EXPECT_TRUE(zeros(28 + 8 * i, 30 + 8 * i));
      EXPECT_EQ(base::MacAddress::load(reply_.data() + 30 + 8 * i), macs[i]);
    }
    const std::size_t end = 28 + 8 * macs.size();
    EXPECT_EQ(bytes_, std::max<std::size_t>(60, end));
    EXPECT_TRUE(zeros(end, bytes_));
  }
  void expect_failure(const Frame& frame, unsigned error, unsigned index) {
    ASSERT_EQ(ask(frame).verdict, Verdict::reply);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(26), error);
    EXPECT_EQ(at(27), index);
    EXPECT_EQ(bytes_, 60u);
    EXPECT_TRUE(zeros(28, 60));
  }
};

TEST_F(MaskList, ReadsAnEmptyList) {
  target_.mask.clear();
  expect_list(mask(kRead), {});
}

TEST_F(MaskList, AddsInOrderAndOnce) {
  expect_list(
      mask(kEdit, {{kAdd, mac(11)}, {kAdd, mac(22)}, {kAdd, mac(33)}, {kAdd, mac(44)}, {kAdd, mac(22)}}),
      {kClient, mac(11), mac(22), mac(33), mac(44)});
  EXPECT_FALSE(ask(mask(kEdit, {{kAdd, mac(44)}})).state_changed);
  EXPECT_TRUE(ask(mask(kEdit, {{kAdd, mac(55)}})).state_changed);
}

TEST_F(MaskList, RemovesAnyEntryAndIgnoresAbsentOnes) {
  target_.mask = {kClient, mac(11), mac(22), mac(33)};
  expect_list(mask(kEdit, {{kRemove, mac(22)}, {kRemove, mac(99)}}), {kClient, mac(11), mac(33)});
  expect_list(mask(kEdit, {{kRemove, mac(33)}, {kRemove, mac(11)}}), {kClient});
  EXPECT_FALSE(ask(mask(kEdit, {{kRemove, mac(99)}})).state_changed);
}

TEST_F(MaskList, RemovingTheLastOneLetsEverybodyTalk) {
  expect_list(mask(kEdit, {{kRemove, kClient}}), {});
  EXPECT_EQ(ask(config(0, "", kAddress, kOther)).verdict, Verdict::reply);
}

TEST_F(MaskList, TheEditorMayLockItselfOutAndIsStillAnswered) {
  target_.mask.clear();
  expect_list(mask(kEdit, {{kAdd, kOther}}), {kOther});
  expect_drop(mask(kRead), DropReason::masked);
}

TEST_F(MaskList, DoingNothingIsADirective) {
  expect_list(mask(kEdit, {{kNothing, mac(1)}}), {kClient});
  expect_list(mask(kEdit), {kClient});
}

TEST_F(MaskList, NamesTheDirectiveThatFailedAndKeepsTheEarlierOnes) {
  for (const unsigned directive : {3u, 255u}) {
    target_.mask = {kClient};
    expect_failure(mask(kEdit, {{kAdd, mac(11)}, {directive, mac(22)}, {kAdd, mac(33)}}), 2, 1);
    EXPECT_EQ(target_.mask, (std::vector{kClient, mac(11)}));
  }
  EXPECT_TRUE(ask(mask(kEdit, {{kAdd, mac(44)}, {9, mac(22)}})).state_changed);
}

TEST_F(MaskList, IsFullWhereAFrameOfTheStandardMtuEnds) {
  target_.mask.clear();
  for (unsigned i = 0; i < aoe::kMaxMask; ++i) target_.mask.push_back(mac(i));
  EXPECT_EQ(aoe::kMaxMask, 185u);
  expect_list(mask(kRead), target_.mask);
  EXPECT_EQ(bytes_, 1508u);
  expect_failure(mask(kEdit, {{kAdd, mac(2)}, {kAdd, mac(1000)}}), 3, 1);
  port_.mtu = 9000;
  expect_failure(mask(kEdit, {{kAdd, mac(1000)}}), 3, 0);
  expect_list(mask(kEdit, {{kRemove, mac(7)}, {kNothing, {}}, {kAdd, mac(7)}}), target_.mask);
}

TEST_F(MaskList, NeverExceedsTheMtu) {
  port_.mtu = 576;
  target_.mask.clear();
  for (unsigned i = 0; i < 300; ++i) target_.mask.push_back(mac(i));
  ASSERT_EQ(ask(mask(kRead)).verdict, Verdict::reply);
  EXPECT_EQ(at(27), 70u);
  EXPECT_EQ(bytes_, 588u);
  expect_failure(mask(kEdit, {{kAdd, mac(1000)}}), 3, 0);
}

TEST_F(MaskList, RefusesMoreDirectivesThanTheFrameHas) {
  Frame frame = mask(kEdit, {{kAdd, mac(1)}});
  for (const unsigned count : {2u, 255u}) {
    frame[27] = static_cast<std::byte>(count);
    expect_aoe_error(frame, 2);
  }
  frame.resize(60);
  frame[27] = std::byte{5};
  expect_aoe_error(frame, 2);
  EXPECT_EQ(target_.mask, std::vector{kClient});
}

TEST_F(MaskList, RefusesUnknownCommands) {
  for (unsigned command = 2; command < 256; ++command) expect_aoe_error(mask(command), 2);
}

TEST_F(MaskList, ABroadcastReadsButNeverEdits) {
  expect_list(mask(kRead, {}, aoe::Address::broadcast()), {kClient});
  expect_drop(mask(kEdit, {{kAdd, mac(1)}}, aoe::Address::broadcast()), DropReason::broadcast_risk);
}

TEST_F(MaskList, PolicyKeepsTheListAsItIs) {
  target_.access.configure = aoe::Hosts::only({kOther});
  expect_failure(mask(kEdit, {{kAdd, mac(1)}}), 1, 0);
  EXPECT_EQ(ask(mask(kEdit, {{kAdd, mac(1)}})).reason, DropReason::refused);
  EXPECT_EQ(target_.mask, std::vector{kClient});
  expect_list(mask(kRead), {kClient});
}

}  // namespace
