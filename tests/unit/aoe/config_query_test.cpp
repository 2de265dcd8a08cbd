#include "tests/unit/aoe/frames.h"

using namespace frames;
using aoe::DropReason;
using aoe::Verdict;

namespace {

constexpr unsigned kRead = 0, kTest = 1, kPrefix = 2, kSet = 3, kForceSet = 4;

class ConfigQuery : public TargetTest {
 protected:
  void set(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    target_.config_string.assign(bytes, bytes + text.size());
  }
  std::string current() const {
    return {reinterpret_cast<const char*>(target_.config_string.data()), target_.config_string.size()};
  }
  void expect_reply(const Frame& frame, std::string_view string) {
    ASSERT_EQ(ask(frame).verdict, Verdict::reply);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(30) << 8 | at(31), string.size());
    EXPECT_EQ(text(32, string.size()), string);
    EXPECT_EQ(bytes_, std::max<std::size_t>(60, 32 + string.size()));
    EXPECT_TRUE(zeros(32 + string.size(), bytes_));
  }
};

TEST_F(ConfigQuery, TellsBuffersFirmwareSectorsAndVersion) {
  target_.buffer_count = 500;
  expect_reply(config(kRead), "");
  EXPECT_EQ(text(24, 6), std::string("\x01\xf4\x40\x19\x02\x10", 6));
  port_.mtu = 9000;
  expect_reply(config(kRead), "");
  EXPECT_EQ(at(28), 17u);
}

TEST_F(ConfigQuery, NeverOffersFewerThanTwoBuffers) {
  for (const unsigned count : {0u, 1u, 2u}) {
    target_.buffer_count = static_cast<std::uint16_t>(count);
    expect_reply(config(kRead), "");
    EXPECT_EQ(at(25), 2u) << "the Linux driver hangs with less";
  }
}

TEST_F(ConfigQuery, IgnoresTheLengthOfARead) {
  set("mine");
  Frame frame = config(kRead);
  frame[30] = std::byte{0x04};  // aoeping: 1024, in a frame of 32 bytes
  expect_reply(frame, "mine");
  frame[30] = frame[31] = std::byte{0xff};
  expect_reply(frame, "mine");
}

TEST_F(ConfigQuery, TestAnswersAnExactMatchOnly) {
  set("mine");
  expect_reply(config(kTest, "mine"), "mine");
  for (const char* other : {"", "min", "mine!", "mint"})
    expect_drop(config(kTest, other), DropReason::no_match);
}

TEST_F(ConfigQuery, PrefixAnswersAPrefixOnly) {
  set("mine");
  for (const char* prefix : {"", "m", "mine"}) expect_reply(config(kPrefix, prefix), "mine");
  for (const char* other : {"mine!", "n"}) expect_drop(config(kPrefix, other), DropReason::no_match);
}

TEST_F(ConfigQuery, SetWorksWhereNothingOrTheSameIsSet) {
  expect_reply(config(kSet, "first"), "first");
  EXPECT_TRUE(ask(config(kForceSet, "second")).state_changed);
  EXPECT_EQ(current(), "second");
  EXPECT_FALSE(ask(config(kSet, "second")).state_changed);
  expect_aoe_error(config(kSet, "third"), 4);
  expect_aoe_error(config(kSet, ""), 4);
  EXPECT_EQ(current(), "second");
}

TEST_F(ConfigQuery, ForceSetReplacesAndClears) {
  expect_reply(config(kForceSet, "one"), "one");
  expect_reply(config(kForceSet, "two"), "two");
  EXPECT_FALSE(ask(config(kForceSet, "two")).state_changed);
  expect_reply(config(kForceSet, ""), "");
  EXPECT_EQ(current(), "");
}

TEST_F(ConfigQuery, TakesAnyBytesUpToTheLimit) {
  std::string string(1024, '\0');
  for (std::size_t i = 0; i < string.size(); ++i) string[i] = static_cast<char>(i);
  expect_reply(config(kForceSet, string), string);
  expect_reply(config(kTest, string), string);
}

TEST_F(ConfigQuery, RefusesALengthOverTheLimitOrTheFrame) {
  set("mine");
  for (const unsigned command : {kTest, kPrefix, kSet, kForceSet}) {
    expect_aoe_error(config(command, std::string(1025, 'x')), 2);
    Frame frame = config(command, std::string(28, 'x'));  // a frame of 60 bytes
    frame[31] = std::byte{60};
    expect_aoe_error(frame, 2);
    frame[31] = std::byte{29};
    expect_aoe_error(frame, 2);
  }
  EXPECT_EQ(current(), "mine");
}

TEST_F(ConfigQuery, IgnoresPaddingBehindTheString) {
  Frame frame = config(kForceSet, "short");
  frame.resize(60, std::byte{0xee});
  expect_reply(frame, "short");
}

TEST_F(ConfigQuery, RefusesUnknownCommands) {
  for (unsigned command = 5; command < 16; ++command) expect_aoe_error(config(command, "x"), 2);
}

TEST_F(ConfigQuery, IgnoresTheVersionNibbleBesideTheCommand) {
  expect_reply(config(0x10 | kRead), "");
  EXPECT_EQ(at(29), 0x10u);
}

TEST_F(ConfigQuery, ABroadcastFindsButNeverSets) {
  set("mine");
  const auto all = aoe::Address::broadcast();
  expect_reply(config(kRead, "", all), "mine");
  expect_reply(config(kTest, "mine", all), "mine");
  expect_reply(config(kPrefix, "mi", all), "mine");
  expect_drop(config(kSet, "mine", all), DropReason::broadcast_risk);
  expect_drop(config(kForceSet, "theirs", all), DropReason::broadcast_risk);
  expect_drop(config(kForceSet, "theirs", {1, 0xff}), DropReason::broadcast_risk);
  EXPECT_EQ(current(), "mine");
}

TEST_F(ConfigQuery, PolicyKeepsTheStringAsItIs) {
  target_.access.configure = aoe::Hosts::only({kOther});
  expect_aoe_error(config(kForceSet, "x"), 4);
  EXPECT_EQ(ask(config(kSet, "x")).reason, DropReason::refused);
  EXPECT_EQ(current(), "");
  expect_reply(config(kForceSet, "x", kAddress, kOther), "x");
  expect_reply(config(kSet, "x"), "x");  // it is so already
  target_.access.remote_configuration = false;
  expect_aoe_error(config(kForceSet, "y", kAddress, kOther), 4);
  expect_reply(config(kRead), "x");
}

TEST_F(ConfigQuery, NeverExceedsTheMtu) {
  set(std::string(1024, 'x'));
  for (const std::uint32_t mtu : {548u, 576u, 1041u}) {
    port_.mtu = mtu;
    expect_reply(config(kRead), std::string(mtu + 14 - 32, 'x'));
  }
  port_.mtu = 1042;
  expect_reply(config(kRead), std::string(1024, 'x'));
}

}  // namespace
