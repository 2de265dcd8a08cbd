#include "tests/unit/aoe/frames.h"

#include <gmock/gmock.h>

using namespace frames;
using aoe::DropReason;
using aoe::Verdict;

namespace {

class Target : public TargetTest {};

TEST_F(Target, AnswersTheSenderFromItsOwnMacAndAddressWithTheRequestsTag) {
  ASSERT_EQ(ask(config(0)).verdict, Verdict::reply);
  EXPECT_EQ(text(0, 6), std::string("\x02\0\0\0\0\x02", 6));
  EXPECT_EQ(text(6, 6), std::string("\x02\0\0\0\0\x01", 6));
  EXPECT_EQ(text(12, 4), std::string("\x88\xa2\x18\0", 4));
  EXPECT_EQ(text(16, 4), std::string("\0\x01\x02\x01", 4));
  EXPECT_EQ(text(20, 4), "\x12\x34\x56\x78");
}

TEST_F(Target, AnswersABroadcastWithItsOwnAddress) {
  for (const aoe::Address to : {aoe::Address::broadcast(), aoe::Address{1, 0xff}, aoe::Address{0xffff, 2}}) {
    ASSERT_EQ(ask(config(0, "", to)).verdict, Verdict::reply) << to.text();
    EXPECT_EQ(text(16, 3), std::string("\0\x01\x02", 3));
  }
}

TEST_F(Target, DropsFramesTooShortForTheirCommand) {
  for (std::size_t bytes = 0; bytes < 24; ++bytes) {
    Frame frame = config(0);
    frame.resize(bytes);
    expect_drop(frame, DropReason::malformed);
  }
  for (const auto& [command, least] : {std::pair{0u, 36u}, {1u, 32u}, {2u, 28u}, {3u, 26u}}) {
    for (std::size_t bytes = 24; bytes < least; ++bytes) {
      Frame frame = header(command);
      frame.resize(bytes);
      expect_drop(frame, DropReason::malformed);
    }
  }
}

TEST_F(Target, DropsAnotherEtherType) {
  Frame frame = config(0);
  frame[13] = std::byte{0xa3};
  expect_drop(frame, DropReason::malformed);
}

TEST_F(Target, NeverAnswersAResponse) {
  Frame frame = config(0);
  frame[14] |= std::byte{0x08};
  expect_drop(frame, DropReason::not_a_request);
}

TEST_F(Target, IgnoresTheErrorFlagAndReservedBitsOfARequest) {
  Frame frame = config(0);
  frame[14] |= std::byte{0x07};
  frame[15] = std::byte{3};
  ASSERT_EQ(ask(frame).verdict, Verdict::reply);
  EXPECT_EQ(at(14), 0x18u);
  EXPECT_EQ(at(15), 0u);
}

TEST_F(Target, DropsFramesForOthers) {
  expect_drop(config(0, "", {1, 3}), DropReason::not_ours);
  expect_drop(config(0, "", {2, 2}), DropReason::not_ours);
  expect_drop(config(0, "", {2, 0xff}), DropReason::not_ours);
  Frame to_other_host = config(0);
  to_other_host[5] = std::byte{0x77};
  expect_drop(to_other_host, DropReason::not_ours);
  Frame to_group = config(0);
  to_group[0] = std::byte{0x03};
  expect_drop(to_group, DropReason::not_ours);
}

TEST_F(Target, DropsSourcesThatAnAnswerWouldMakeAStormOf) {
  for (const auto source : {base::MacAddress::broadcast(), base::MacAddress{},
                            base::MacAddress{{1, 0, 0x5e, 0, 0, 1}}, kServer}) {
    expect_drop(config(0, "", kAddress, source), DropReason::bad_source);
  }
}

TEST_F(Target, AnswersASourceOfZeroesOnLoopbackAlone) {
  expect_drop(config(0, "", kAddress, {}), DropReason::bad_source);
  port_.mac = {};
  Frame frame = config(0, "", kAddress, {});
  std::fill_n(frame.begin(), 6, std::byte{});
  expect_drop(frame, DropReason::bad_source);
  port_.loopback = true;
  EXPECT_EQ(ask(frame).verdict, Verdict::reply);
  EXPECT_TRUE(zeros(0, 12));
  std::fill_n(frame.begin() + 6, 6, std::byte{0xff});
  expect_drop(frame, DropReason::bad_source);
}

TEST_F(Target, RefusesEveryVersionButOne) {
  for (unsigned version = 0; version < 16; ++version) {
    if (version == 1) continue;
    Frame frame = ata({.opcode = 0x20});
    frame[14] = static_cast<std::byte>(version << 4);
    expect_aoe_error(frame, 5);
  }
}

TEST_F(Target, RefusesUnknownCommandsWithoutEchoingThem) {
  for (unsigned command = 4; command < 256; ++command) {
    Frame frame = header(command);
    frame.resize(1514, std::byte{0xee});
    expect_aoe_error(frame, 1);
    EXPECT_EQ(at(19), command);
  }
}

TEST_F(Target, IsSilentOnAnInterfaceThatHoldsNoSector) {
  port_.mtu = 547;
  expect_drop(config(0), DropReason::small_mtu);
  EXPECT_EQ(aoe::advertise(target_, port_, reply_), 0u);
  port_.mtu = 548;
  EXPECT_EQ(ask(config(0)).verdict, Verdict::reply);
  EXPECT_EQ(at(28), 1u);
}

TEST_F(Target, DoesNotExistForThoseWhomAListKeepsOut) {
  target_.mask = {kOther};
  for (const Frame& frame : {config(0), ata({.opcode = 0xec}), mask(0), reserve(0), header(9)}) {
    expect_drop(frame, DropReason::masked);
  }
  EXPECT_EQ(ask(config(0, "", kAddress, kOther)).verdict, Verdict::reply);
  target_.mask.clear();
  target_.access.read = aoe::Hosts::only({kOther});
  for (const Frame& frame : {config(0), ata({.opcode = 0xec}), mask(0), reserve(0), header(9)}) {
    expect_drop(frame, DropReason::refused);
  }
  EXPECT_EQ(ask(config(0, "", kAddress, kOther)).verdict, Verdict::reply);
  target_.access.read = aoe::Hosts::only({});
  for (const auto& host : {kClient, kOther}) expect_drop(config(0, "", kAddress, host), DropReason::refused);
}

TEST_F(Target, AdvertisesWithVersionOneToEverybody) {
  target_.config_string = {std::byte{'x'}};
  reply_.assign(aoe::kMaxReplyBytes, kRubbish);
  ASSERT_EQ(aoe::advertise(target_, port_, reply_), 60u);
  EXPECT_EQ(text(0, 6), "\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(text(6, 6), std::string("\x02\0\0\0\0\x01", 6));
  EXPECT_EQ(text(12, 4), std::string("\x88\xa2\x18\0", 4));
  EXPECT_EQ(text(16, 4), std::string("\0\x01\x02\x01", 4));
  EXPECT_EQ(text(20, 4), std::string("\0\0\0\0", 4));
  EXPECT_EQ(text(24, 9), std::string("\0\x10\x40\x19\x02\x10\0\x01x", 9));
  EXPECT_TRUE(zeros(33, 60));
  ASSERT_EQ(aoe::advertise(target_, port_, reply_, kClient), 60u);
  EXPECT_EQ(text(0, 6), std::string("\x02\0\0\0\0\x02", 6));
}

TEST(SectorsPerFrame, CountsAsTheLinuxDriverDoes) {
  EXPECT_EQ(aoe::sectors_per_frame(0), 0u);
  EXPECT_EQ(aoe::sectors_per_frame(547), 0u);
  EXPECT_EQ(aoe::sectors_per_frame(548), 1u);
  EXPECT_EQ(aoe::sectors_per_frame(1500), 2u);
  EXPECT_EQ(aoe::sectors_per_frame(9000), 17u);
  EXPECT_EQ(aoe::sectors_per_frame(65536), 127u);
  EXPECT_EQ(aoe::sectors_per_frame(0xffffffff), 255u);
}

TEST(ReadAddress, FindsTheAddressOfRequestsOnly) {
  aoe::Address address;
  EXPECT_TRUE(aoe::read_address(config(0), address));
  EXPECT_EQ(address, kAddress);
  Frame frame = config(0);
  frame[14] |= std::byte{0x08};
  EXPECT_FALSE(aoe::read_address(frame, address));
  frame = config(0);
  frame.resize(23);
  EXPECT_FALSE(aoe::read_address(frame, address));
}

}  // namespace
