#include "aoetools/bench/load.h"

#include "aoe/header.h"
#include "aoetools/bench/load_pattern.h"
#include "tests/fakes/net/fake_link.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace aoetools {
namespace {

using std::chrono::milliseconds;
using Bytes = net::FakeLink::Bytes;

constexpr base::MacAddress kServer{{0x02, 0, 0, 0, 0, 1}};
constexpr base::MacAddress kClient{{0x02, 0, 0, 0, 0, 2}};

class Loads : public testing::Test {
 protected:
  Loads() {
    plan_.server = kServer;
    plan_.targets = {{1, 0}};
    plan_.sectors = 1000;
    plan_.depth = 4;
  }
  // What a target answers to a request of ours: a success, with what the sector should hold.
  static Bytes reply_to(const Bytes& request, std::uint64_t shift = 0) {
    Bytes reply(request.begin(), request.begin() + aoe::kAtaHeaderBytes);
    reply[14] |= std::byte{aoe::kResponseFlag};
    reply[aoe::ata_offset::status] = std::byte{0x40};
    if ((request[aoe::ata_offset::flags] & std::byte{aoe::ata_flag::write}) == std::byte{0}) {
      Bytes data(std::to_integer<std::size_t>(request[aoe::ata_offset::count]) * 512);
      write_pattern(sector_of(request) + shift, data);
      reply.insert(reply.end(), data.begin(), data.end());
    }
    return reply;
  }
  static std::uint64_t sector_of(const Bytes& request) {
    return base::load_le<std::uint32_t>(&request[aoe::ata_offset::lba]);
  }
  void answer_all(std::uint64_t shift = 0) {
    const auto requests = std::exchange(link_.sent, {});
    for (const Bytes& one : requests) link_.arrive(reply_to(one, shift));
  }

  net::FakeLink link_{{.name = "fake0", .mac = kClient, .mtu = 1500}};
  LoadPlan plan_;
  Load::Time now_{};
};

TEST_F(Loads, KeepTheirDepthInFlight) {
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  EXPECT_EQ(link_.sent.size(), 4U);
  EXPECT_EQ(link_.send_calls, 1U) << "one batch";
  answer_all();
  EXPECT_TRUE(load.step(now_ + milliseconds(1)).value());
  EXPECT_EQ(link_.sent.size(), 4U);
  EXPECT_EQ(link_.send_calls, 2U);
  const LoadResult result = load.result(now_ + milliseconds(2));
  EXPECT_EQ(result.reads, 4U);
  EXPECT_EQ(result.bytes, 4096U);
  EXPECT_EQ(result.latency.max(), milliseconds(1));
  EXPECT_DOUBLE_EQ(result.iops(), 2000.0);
}

TEST_F(Loads, AskAsTheProtocolWantsWithATagOfUserSpace) {
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  std::set<std::uint32_t> tags;
  for (const Bytes& frame : link_.sent) {
    aoe::Header header;
    ASSERT_TRUE(aoe::read_header(frame, header));
    EXPECT_EQ(header.destination, kServer);
    EXPECT_EQ(header.source, kClient);
    EXPECT_EQ(header.address, (aoe::Address{1, 0}));
    EXPECT_EQ(header.flags, 0);
    EXPECT_NE(header.tag & 0x80000000U, 0U);
    tags.insert(header.tag);
    EXPECT_EQ(frame[aoe::ata_offset::command], std::byte{0x24});
    EXPECT_EQ(frame[aoe::ata_offset::count], std::byte{2});
    EXPECT_LE(sector_of(frame) + 2, 1000U);
    EXPECT_EQ(sector_of(frame) % 2, 0U);
  }
  EXPECT_EQ(tags.size(), 4U);
}

TEST_F(Loads, GoThroughTheStretchInOrderAndAround) {
  plan_.pattern = LoadPlan::Pattern::sequential;
  plan_.first_sector = 100;
  plan_.sectors = 6;
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  std::vector<std::uint64_t> sectors;
  for (const Bytes& frame : link_.sent) sectors.push_back(sector_of(frame));
  EXPECT_EQ(sectors, (std::vector<std::uint64_t>{100, 102, 104, 100}));
}

TEST_F(Loads, SpreadOverAllTargets) {
  plan_.targets = {{1, 0}, {1, 1}};
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  EXPECT_EQ(link_.sent[0][18], std::byte{0});
  EXPECT_EQ(link_.sent[1][18], std::byte{1});
  EXPECT_EQ(link_.sent[2][18], std::byte{0});
}

TEST_F(Loads, WriteWhatTheyWillReadBack) {
  plan_.write_percent = 100;
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  const Bytes& frame = link_.sent[0];
  EXPECT_EQ(frame[aoe::ata_offset::command], std::byte{0x34});
  EXPECT_EQ(frame[aoe::ata_offset::flags], std::byte{0x41});
  ASSERT_EQ(frame.size(), 36U + 1024U);
  EXPECT_EQ(count_mismatches(sector_of(frame), base::Bytes(frame).subspan(36)), 0U);
  answer_all();
  ASSERT_TRUE(load.step(now_));
  EXPECT_EQ(load.result(now_).writes, 4U);
}

TEST_F(Loads, FindDataThatIsNotWhatItShouldBe) {
  plan_.verify = true;
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  answer_all();
  ASSERT_TRUE(load.step(now_));
  EXPECT_EQ(load.result(now_).mismatches, 0U);
  answer_all(1);
  ASSERT_TRUE(load.step(now_));
  EXPECT_EQ(load.result(now_).mismatches, 8U) << "each of 4 x 2 sectors is the next one's";
}

TEST_F(Loads, AskAgainForWhatIsLostAndCountFromTheFirstTime) {
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  const auto lost = link_.sent;
  link_.sent.clear();
  ASSERT_TRUE(load.tick(now_ + milliseconds(199)));
  EXPECT_TRUE(link_.sent.empty());
  ASSERT_TRUE(load.tick(now_ + milliseconds(200)));
  EXPECT_EQ(link_.sent, lost) << "the same tags";
  answer_all();
  ASSERT_TRUE(load.step(now_ + milliseconds(201)));
  const LoadResult result = load.result(now_ + milliseconds(201));
  EXPECT_EQ(result.retransmissions, 4U);
  EXPECT_EQ(result.latency.max(), milliseconds(201));
}

TEST_F(Loads, CountAReplyOnce) {
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  const Bytes reply = reply_to(link_.sent[0]);
  link_.arrive(reply);
  link_.arrive(reply);
  ASSERT_TRUE(load.step(now_));
  EXPECT_EQ(load.result(now_).reads, 1U);
  EXPECT_EQ(load.result(now_).strays, 1U);
  EXPECT_EQ(load.in_flight(), 4U);
}

TEST_F(Loads, CountErrorsApart) {
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  Bytes ata = reply_to(link_.sent[0]);
  ata[aoe::ata_offset::status] = std::byte{0x41};
  Bytes refused = reply_to(link_.sent[1]);
  refused[14] |= std::byte{aoe::kErrorFlag};
  Bytes cut = reply_to(link_.sent[2]);
  cut.resize(500);
  for (const Bytes& one : {ata, refused, cut}) link_.arrive(one);
  ASSERT_TRUE(load.step(now_));
  EXPECT_EQ(load.result(now_).errors, 3U);
  EXPECT_EQ(load.result(now_).reads, 0U);
}

TEST_F(Loads, EndWhenWhatIsInFlightIsHome) {
  Load load(link_, plan_);
  ASSERT_TRUE(load.start(now_));
  load.stop();
  answer_all();
  ASSERT_TRUE(load.step(now_));
  EXPECT_TRUE(link_.sent.empty());
  EXPECT_EQ(load.in_flight(), 0U);
}

TEST_F(Loads, SayThatTheLinkIsGone) {
  Load load(link_, plan_);
  link_.gone = true;
  EXPECT_FALSE(load.start(now_));
}

}  // namespace
}  // namespace aoetools
