#include "aoetools/wire/census.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using aoetools::Census;
using aoetools::TargetFound;
using aoetools::TargetPath;
using testing::ElementsAre;
using testing::HasSubstr;

aoe::Header from(aoe::Address address, std::uint8_t host, std::uint32_t tag) {
  aoe::Header header;
  header.address = address;
  header.source = {{2, 0, 0, 0, 0, host}};
  header.tag = tag;
  return header;
}

aoe::IdentifyData disk(std::string serial, std::uint64_t sectors = 2048) {
  aoe::IdentifyData identity;
  identity.serial = std::move(serial);
  identity.sectors = sectors;
  return identity;
}

TEST(Census, TargetsComeInTheOrderOfTheirAddresses) {
  Census census;
  for (const aoe::Address address : {aoe::Address{10, 0}, aoe::Address{2, 10}, aoe::Address{2, 9}}) {
    EXPECT_TRUE(census.hear(0, "eth0", 1500, from(address, 1, 1), {}).is_new);
  }
  std::vector<std::string> names;
  for (const auto& target : census.targets()) names.push_back(target.address.text());
  EXPECT_THAT(names, ElementsAre("e2.9", "e2.10", "e10.0"));
}

TEST(Census, EachMacOnEachInterfaceIsAPathAndAskingAgainAddsNone) {
  Census census;
  EXPECT_TRUE(census.hear(0, "eth0", 1500, from({1, 0}, 1, 1), {}).is_new);
  EXPECT_TRUE(census.hear(1, "eth1", 1500, from({1, 0}, 1, 2), {}).is_new);
  EXPECT_TRUE(census.hear(0, "eth0", 1500, from({1, 0}, 2, 1), {}).is_new);
  EXPECT_FALSE(census.hear(0, "eth0", 1500, from({1, 0}, 1, 3), {}).is_new);
  ASSERT_EQ(census.targets().size(), 1u);
  EXPECT_EQ(census.targets()[0].paths.size(), 3u);
  EXPECT_EQ(census.targets()[0].conflict(), "");
}

TEST(Census, PathsComeByInterfaceThenMacWhoeverAnswersFirst) {
  Census census;
  census.hear(1, "eth1", 1500, from({1, 0}, 1, 1), {}).path->identity = disk("of eth1");
  census.hear(0, "eth0", 1500, from({1, 0}, 3, 1), {});
  census.hear(0, "eth0", 1500, from({1, 0}, 2, 1), {}).path->identity = disk("of eth0");
  const TargetFound target = census.targets().at(0);
  std::vector<std::string> paths;
  for (const TargetPath& path : target.paths) paths.push_back(path.interface + " " + path.mac.text());
  EXPECT_THAT(paths,
              ElementsAre("eth0 02:00:00:00:00:02", "eth0 02:00:00:00:00:03", "eth1 02:00:00:00:00:01"));
  EXPECT_EQ(target.conflict(),
            "02:00:00:00:00:02 on eth0 (serial 'of eth0', 1.0 MiB) and 02:00:00:00:00:01 on eth1 (serial "
            "'of eth1', 1.0 MiB)");
}

TEST(Census, DisksThatDifferBehindOneAddressAreAConflict) {
  Census census;
  census.hear(0, "eth0", 1500, from({1, 0}, 1, 1), {}).path->identity = disk("1.0:alpha");
  census.hear(0, "eth0", 1500, from({1, 0}, 2, 1), {}).path->identity = disk("1.0:alpha");
  EXPECT_EQ(census.targets()[0].conflict(), "");
  census.find({1, 0}, 0, {{2, 0, 0, 0, 0, 2}})->identity = disk("1.0:beta");
  EXPECT_EQ(census.targets()[0].conflict(),
            "02:00:00:00:00:01 on eth0 (serial '1.0:alpha', 1.0 MiB) and 02:00:00:00:00:02 on eth0 (serial "
            "'1.0:beta', 1.0 MiB)");
}

TEST(Census, APathThatToldNothingIsNoConflict) {
  Census census;
  census.hear(0, "eth0", 1500, from({1, 0}, 1, 1), {});
  census.hear(0, "eth0", 1500, from({1, 0}, 2, 1), {}).path->identity = disk("1.0:alpha");
  EXPECT_EQ(census.targets()[0].conflict(), "");
  EXPECT_EQ(census.targets()[0].best().identity->serial, "1.0:alpha");
}

TEST(Census, TwoAnswersToOneQuestionAreAConflictTwoAnnouncementsAreNot) {
  Census census;
  census.hear(0, "eth0", 1500, from({1, 0}, 1, 0), {});
  census.hear(0, "eth0", 1500, from({1, 0}, 1, 0), {});
  EXPECT_EQ(census.targets()[0].conflict(), "");
  census.hear(0, "eth0", 1500, from({1, 0}, 1, 7), {});
  census.hear(0, "eth0", 1500, from({1, 0}, 1, 7), {});
  EXPECT_EQ(census.targets()[0].conflict(), "02:00:00:00:00:01 on eth0 answers twice");
}

TEST(Census, AFrameHoldsWhatTargetAndMtuBothAllow) {
  const auto expected = [](std::uint8_t sectors, std::uint32_t mtu) {
    Census census;
    aoe::ConfigReply reply;
    reply.sectors_per_frame = sectors;
    return census.hear(0, "eth0", mtu, from({1, 0}, 1, 1), reply).path->expected();
  };
  EXPECT_EQ(expected(17, 1500), 2u);
  EXPECT_EQ(expected(2, 9000), 2u);
  EXPECT_EQ(expected(0, 9000), 2u);  // an old target's way to say 2
  EXPECT_EQ(expected(255, 9000), 17u);
  EXPECT_EQ(expected(2, 30), 0u);
}

// A path over an interface with this MTU to a target of 17 sectors a frame, which carried so many.
TargetPath path_with(std::uint32_t mtu, std::optional<unsigned> carried, std::uint64_t disk_sectors = 2048) {
  TargetPath path;
  path.mtu = mtu;
  path.sectors = 17;
  path.carried = carried;
  path.identity = disk("1.0:alpha", disk_sectors);
  return path;
}

TEST(Census, TheMtuThatAPathIsProvenToHaveIsWhatItsFramesNeed) {
  EXPECT_EQ(path_with(1500, 2).proven_mtu(), 1046u);
  EXPECT_EQ(path_with(9000, 17).proven_mtu(), 8726u);
  EXPECT_FALSE(path_with(9000, 0).proven_mtu());
  EXPECT_FALSE(path_with(9000, {}).proven_mtu());
}

TEST(Census, NoReadIsLargerThanTheDisk) {
  EXPECT_EQ(path_with(9000, {}).largest_read(), 17u);
  EXPECT_EQ(path_with(9000, {}, 5).largest_read(), 5u);
  EXPECT_EQ(path_with(9000, {}, 0).largest_read(), 0u);
  TargetPath unknown = path_with(9000, {});
  unknown.identity.reset();
  EXPECT_EQ(unknown.largest_read(), 0u);
}

TEST(Census, WhatIsWrongWithAPathIsSaid) {
  EXPECT_EQ(path_with(9000, 17).trouble(), "");
  EXPECT_EQ(path_with(9000, {}).trouble(), "");
  EXPECT_EQ(path_with(9000, 5, 5).trouble(), "");
  EXPECT_EQ(
      path_with(9000, 2).trouble(),
      "frames with 17 sectors get lost, with 2 they get through; something between has a smaller MTU than "
      "9000");
  EXPECT_EQ(path_with(9000, 0).trouble(),
            "it identifies itself, but answers no read: its disk may hang; see its server's log");
  TargetPath reserved = path_with(9000, {});
  reserved.refusal = "target is reserved";
  EXPECT_EQ(reserved.trouble(), "it refuses to be read: target is reserved");
}

}  // namespace
