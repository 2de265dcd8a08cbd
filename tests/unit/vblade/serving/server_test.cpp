// A frame's way through the server, with a link and disks that the test drives: no root, no waiting.
#include "vblade/serving/server.h"

#include "aoe/ata.h"
#include "aoe/request.h"
#include "disk/file_volume.h"
#include "tests/fakes/base/fake_clock.h"
#include "tests/fakes/disk/fake_engine.h"
#include "tests/fakes/net/fake_link.h"
#include "tests/fakes/vblade/fake_state_writer.h"
#include "tests/unit/disk/scratch_file.h"

#include <algorithm>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const base::MacAddress kServer{{2, 0, 0, 0, 0, 1}};
const base::MacAddress kClient{{2, 0, 0, 0, 0, 9}};

class Server : public testing::Test {
 protected:
  Server() {
    auto link = std::make_unique<net::FakeLink>(
        net::Interface{.name = "eth0", .index = 2, .mac = kServer, .mtu = 1500});
    link_ = link.get();
    port_.attach(std::move(link));
  }

  vblade::Export& serve(std::uint8_t slot, config::Sync sync = config::Sync::flush,
                        const char* directory = ScratchFile::usual_directory()) {
    files_.push_back(std::make_unique<ScratchFile>(1 << 20, directory));
    config::Export settings;
    settings.address = {1, slot};
    settings.path = files_.back()->path();
    settings.sync = sync;
    auto volume = volumes_.open(vblade::volume_options(settings));
    files_.back()->drop_cache();  // so that the engine is asked
    exports_.push_back(
        std::make_unique<vblade::Export>(settings, std::move(*volume), engine_, server_.done()));
    std::vector<vblade::Export*> all;
    for (const auto& one : exports_) all.push_back(one.get());
    port_.exports.assign(all);
    return *exports_.back();
  }
  // Takes effect at once, as a reload does.
  static void limit(vblade::Export& exported, config::Limit all, config::Limit each_client = {}) {
    config::Export settings = exported.settings();
    settings.limit = all;
    settings.client_limit = each_client;
    exported.apply(settings);
  }
  void read_by(std::uint8_t client, unsigned count) {
    aoe::Envelope envelope = to_slot(0);
    envelope.source = {{2, 0, 0, 0, 0, client}};
    for (unsigned i = 0; i < count; ++i, envelope.tag = tag_++) arrive(aoe::read_request(envelope, i * 8, 2));
  }
  aoe::Envelope to(aoe::Address address) { return {kClient, kServer, address, tag_++}; }
  aoe::Envelope to_slot(std::uint8_t slot) { return to({1, slot}); }
  void arrive(const aoe::RequestFrame& frame) { link_->arrive(frame); }
  void write(std::uint8_t slot, std::uint64_t sector, char fill = 'x') {
    arrive(aoe::write_request(to_slot(slot), sector, std::vector<std::byte>(1024, std::byte(fill))));
  }
  // Tags of the replies that were sent since the last call; "!" behind one that reports an error.
  std::vector<std::string> replies() {
    std::vector<std::string> tags;
    for (const auto& frame : std::exchange(link_->sent, {})) {
      const auto status = static_cast<unsigned>(frame[aoe::ata_offset::status]);
      const bool ata = static_cast<unsigned>(frame[19]) == 0;
      tags.push_back(std::to_string(base::load_be<std::uint32_t>(frame.data() + 20)) +
                     (ata && (status & 1) ? "!" : ""));
    }
    return tags;
  }
  void set_config(std::uint8_t slot, std::string_view text) {
    arrive(aoe::config_request(to_slot(slot), aoe::ConfigCommand::set, std::as_bytes(std::span(text))));
  }
  void kept(std::uint8_t slot) {
    keeper_.written({1, slot}, {});
    server_.send_kept();
  }
  static std::string config_of(const vblade::Export& exported) {
    const auto& text = exported.target.config_string;
    return {reinterpret_cast<const char*>(text.data()), text.size()};
  }
  static aoe::AoeError error_of(const std::vector<std::byte>& frame) {
    aoe::Header header;
    aoe::read_header(frame, header);
    return (header.flags & aoe::kErrorFlag) != 0 ? header.error : aoe::AoeError::none;
  }
  std::vector<std::string> log() { return std::exchange(engine_.log, {}); }

  base::FakeClock clock_;
  disk::FakeEngine engine_;
  std::unique_ptr<vblade::ExchangePool> pool_ = vblade::ExchangePool::create(2048).value();
  FakeStateWriter writer_;
  vblade::StateKeeper keeper_{&writer_, [this](aoe::Address address) { return port_.exports.find(address); }};
  vblade::Server server_{engine_, *pool_, clock_, keeper_};
  vblade::Port port_{"eth0"};
  net::FakeLink* link_ = nullptr;
  disk::FileVolumeOpener volumes_;
  std::vector<std::unique_ptr<ScratchFile>> files_;
  std::vector<std::unique_ptr<vblade::Export>> exports_;
  std::uint32_t tag_ = 1;
};

}  // namespace

TEST_F(Server, AnswersABatchWithOneSend) {
  serve(0);
  engine_.reads_from_cache = true;
  for (unsigned i = 0; i < 8; ++i) arrive(aoe::read_request(to_slot(0), i * 100, 2));
  EXPECT_TRUE(server_.serve(port_));
  EXPECT_THAT(replies(), ElementsAre("1", "2", "3", "4", "5", "6", "7", "8"));
  EXPECT_EQ(link_->send_calls, 1u);
  EXPECT_EQ(pool_->in_use(), 0u);
  EXPECT_FALSE(server_.serve(port_)) << "nothing waits";
}

TEST_F(Server, AReadCarriesItsDataBehindTheHeader) {
  serve(0);
  arrive(aoe::read_request(to_slot(0), 4, 2));
  server_.serve(port_);
  EXPECT_THAT(log(), ElementsAre("read 4+2", "push"));
  auto& operation = engine_.complete();
  static_cast<std::byte*>(operation.piece[0].iov_base)[1023] = std::byte{0x5a};
  server_.reap();
  ASSERT_EQ(link_->sent.size(), 1u);
  ASSERT_EQ(link_->sent[0].size(), 36u + 1024u);
  EXPECT_EQ(link_->sent[0].back(), std::byte{0x5a});
}

TEST_F(Server, FindsTheExportByItsAddress) {
  serve(0);
  serve(7);
  arrive(aoe::identify_request(to_slot(7)));
  arrive(aoe::identify_request(to_slot(3)));
  server_.serve(port_);
  EXPECT_THAT(replies(), ElementsAre("1"));
  EXPECT_EQ(port_.counters.not_ours, 1u);
}

TEST_F(Server, EveryExportAnswersABroadcastQuery) {
  serve(0);
  serve(1);
  serve(2);
  arrive(aoe::config_request({kClient, base::MacAddress::broadcast(), aoe::Address::broadcast(), 5},
                             aoe::ConfigCommand::read));
  server_.serve(port_);
  EXPECT_THAT(replies(), ElementsAre("5", "5", "5"));
}

TEST_F(Server, AQuestionToManyExportsHoldsUpNobodyElse) {
  for (std::uint8_t slot = 0; slot < 40; ++slot) serve(slot);
  engine_.reads_from_cache = true;
  const aoe::Envelope all{kClient, base::MacAddress::broadcast(), aoe::Address::broadcast(), 7000};
  arrive(aoe::config_request(all, aoe::ConfigCommand::read));
  arrive(aoe::read_request(to_slot(0), 0, 2));
  server_.serve(port_);
  const auto first = replies();
  EXPECT_EQ(std::ranges::count(first, "7000"), 16);
  EXPECT_EQ(std::ranges::count(first, "1"), 1);
  std::size_t later = 0;
  while (server_.answer_broadcasts()) later += replies().size();
  EXPECT_EQ(later, 24u);
  EXPECT_EQ(port_.outstanding, 0u);
}

// A host that asks over and over has the answers to its last question.
TEST_F(Server, ANewerQuestionOfAClientTakesTheOldersPlace) {
  for (std::uint8_t slot = 0; slot < 40; ++slot) serve(slot);
  for (std::uint32_t tag = 1; tag <= 10; ++tag)
    arrive(aoe::config_request({kClient, base::MacAddress::broadcast(), aoe::Address::broadcast(), tag},
                               aoe::ConfigCommand::read));
  server_.serve(port_);
  while (server_.answer_broadcasts()) {
  }
  const auto tags = replies();
  EXPECT_EQ(tags.size(), 40u);
  EXPECT_EQ(std::ranges::count(tags, "10"), 40);
}

TEST_F(Server, AQuestionToAllThatNobodyAnswersIsOver) {
  for (std::uint8_t slot = 0; slot < 40; ++slot) serve(slot);
  arrive(aoe::read_request({kClient, base::MacAddress::broadcast(), aoe::Address::broadcast(), 1}, 0, 2));
  server_.serve(port_);
  EXPECT_FALSE(server_.answer_broadcasts());
  EXPECT_THAT(replies(), IsEmpty());
}

TEST_F(Server, AcknowledgesWritesAfterTheirFlush) {
  serve(0, config::Sync::write);
  write(0, 0);
  write(0, 100);
  server_.serve(port_);
  EXPECT_THAT(log(), ElementsAre("write 0+2", "write 100+2", "push"));
  engine_.complete();
  engine_.complete();
  server_.reap();
  EXPECT_THAT(replies(), IsEmpty());
  EXPECT_THAT(log(), ElementsAre("sync", "push"));
  engine_.complete();
  server_.reap();
  EXPECT_THAT(replies(), ElementsAre("1", "2"));
}

TEST_F(Server, ReportsAFailedFlushOnEveryWriteThatItCovered) {
  vblade::Export& exported = serve(0, config::Sync::write);
  write(0, 0);
  write(0, 100);
  server_.serve(port_);
  engine_.complete();
  engine_.complete();
  server_.reap();
  engine_.complete_with(-EIO);
  server_.reap();
  for (int step = 0; step < 4; ++step) {  // each is written again, and sent to the disk
    engine_.complete();
    server_.reap();
  }
  EXPECT_THAT(replies(), IsEmpty());
  engine_.complete_with(-EIO);
  server_.reap();
  EXPECT_THAT(replies(), ElementsAre("1!", "2!"));
  EXPECT_EQ(exported.counters.errors, 2u);
  EXPECT_TRUE(exported.queue.flush_failed());
}

TEST_F(Server, AHangingDiskStallsNoOtherExport) {
  serve(0);
  serve(1);
  for (unsigned i = 0; i < 1500; ++i) {
    arrive(aoe::read_request(to_slot(0), i, 1));
    server_.serve(port_);
  }
  EXPECT_THAT(replies(), IsEmpty());
  EXPECT_EQ(exports_[0]->queue.outstanding(), 768u) << "it may not hold all that there is";
  EXPECT_EQ(exports_[0]->counters.dropped, 732u);
  engine_.reads_from_cache = true;
  arrive(aoe::read_request(to_slot(1), 0, 1));
  server_.serve(port_);
  EXPECT_THAT(replies(), ElementsAre("1501"));
}

TEST_F(Server, AClientWithAThousandRequestsLeavesRoomForAnother) {
  serve(0);
  for (unsigned i = 0; i < 1500; ++i) {
    arrive(aoe::read_request(to_slot(0), i, 1));
    server_.serve(port_);
  }
  const std::uint64_t dropped = exports_[0]->counters.dropped;
  for (unsigned i = 0; i < 32; ++i) {
    aoe::Envelope envelope = to_slot(0);
    envelope.source = {{2, 0, 0, 0, 0, 10}};
    arrive(aoe::read_request(envelope, i, 1));
    server_.serve(port_);
  }
  EXPECT_EQ(exports_[0]->counters.dropped, dropped);
}

// A client that sends each write again before the one before it is done.
TEST_F(Server, WritesThatWaitForEachOtherWithoutEndAreNotAnswered) {
  serve(0);
  for (unsigned i = 0; i < 100; ++i) {
    write(0, 0);
    server_.serve(port_);
  }
  EXPECT_EQ(exports_[0]->counters.dropped, 100u - 1 - disk::ClientTurns::kMostWaiting);
  EXPECT_THAT(replies(), IsEmpty());
  while (!engine_.in_flight.empty()) {
    engine_.complete();
    server_.reap();
  }
  EXPECT_EQ(replies().size(), 1u + disk::ClientTurns::kMostWaiting);
  EXPECT_EQ(pool_->in_use(), 0u);
}

TEST_F(Server, ADiskThatHangsInManyPartsLeavesRoomForOtherDisks) {
  for (std::uint8_t slot = 0; slot < 4; ++slot) {
    serve(slot);
    for (unsigned i = 0; i < 600; ++i) {
      arrive(aoe::read_request(to_slot(slot), i, 1));
      server_.serve(port_);
    }
  }
  EXPECT_THAT(replies(), IsEmpty());
  EXPECT_LE(pool_->in_use(), 1024u + 4) << "half of all, and one for each export that had none";
  serve(9, config::Sync::flush, "/dev/shm");
  for (unsigned i = 0; i < 300; ++i) write(9, i * 2);
  server_.serve(port_);
  EXPECT_EQ(exports_.back()->counters.dropped, 0u);
}

TEST_F(Server, WhatIsOverALimitIsAnsweredLater) {
  vblade::Export& exported = serve(0);
  engine_.reads_from_cache = true;
  limit(exported, {.requests = 10});
  read_by(9, 12);
  server_.serve(port_);
  EXPECT_EQ(replies().size(), 2u) << "what a tenth of a second lets pass, and one more";
  EXPECT_EQ(exported.counters.limited, 10u);
  EXPECT_EQ(exported.outstanding(), 10u);
  EXPECT_FALSE(server_.release_held());
  while (const auto at = server_.next_release()) {
    clock_.time = *at;
    server_.release_held();
  }
  EXPECT_EQ(replies().size(), 10u);
  EXPECT_EQ(clock_.time, std::chrono::milliseconds(1000)) << "when the last of ten more may pass";
  EXPECT_EQ(exported.counters.dropped, 0u);
  EXPECT_EQ(pool_->in_use(), 0u);
}

TEST_F(Server, AWriteOverALimitKeepsItsData) {
  vblade::Export& exported = serve(0);
  limit(exported, {.requests = 1});
  write(0, 0, 'p');
  write(0, 100, 'q');
  server_.serve(port_);  // FakeLink frees the frames' memory
  engine_.complete();
  server_.reap();
  clock_.time = server_.next_release().value();
  server_.release_held();
  const iovec piece = engine_.in_flight.at(0)->piece[0];
  EXPECT_EQ(static_cast<const char*>(piece.iov_base)[1023], 'q');
}

TEST_F(Server, AClientHoldsNoMoreThanItsBuffersOverALimit) {
  vblade::Export& exported = serve(0);
  limit(exported, {.requests = 1});
  read_by(9, 60);
  server_.serve(port_);
  EXPECT_EQ(exported.held.size(), 16u);
  EXPECT_EQ(exported.counters.dropped, 60u - 1 - 16);
  server_.drop_held();
  EXPECT_EQ(exported.held.size(), 0u);
  EXPECT_FALSE(server_.next_release());
}

TEST_F(Server, ClientsTakeTurnsAtALimit) {
  vblade::Export& exported = serve(0);
  engine_.reads_from_cache = true;
  limit(exported, {.requests = 10});
  read_by(9, 12);
  server_.serve(port_);
  const std::uint32_t honest = tag_;
  read_by(10, 1);
  server_.serve(port_);
  replies();
  for (int step = 0; step < 2; ++step) {
    clock_.time = server_.next_release().value();
    server_.release_held();
  }
  EXPECT_THAT(replies(), testing::Contains(std::to_string(honest)));
}

TEST_F(Server, AClientAtItsLimitHoldsUpNoOther) {
  vblade::Export& exported = serve(0);
  engine_.reads_from_cache = true;
  limit(exported, {}, {.bytes = 1024});
  read_by(9, 12);
  server_.serve(port_);
  replies();
  const std::uint32_t honest = tag_;
  read_by(10, 1);
  server_.serve(port_);
  EXPECT_THAT(replies(), ElementsAre(std::to_string(honest)));
}

TEST_F(Server, ForgetsAnExportThatHoldsNothingMore) {
  vblade::Export& exported = serve(0);
  engine_.reads_from_cache = true;
  limit(exported, {.requests = 10});
  read_by(9, 3);
  server_.serve(port_);
  ASSERT_EQ(exported.held.size(), 1u);
  clock_.time += std::chrono::seconds(1);
  read_by(9, 1);
  server_.serve(port_);
  ASSERT_EQ(exported.outstanding(), 0u);
  port_.exports.assign({});
  exports_.clear();  // a reload may do so now
  EXPECT_FALSE(server_.release_held());
}

TEST_F(Server, AReloadWithoutALimitLetsEverythingPass) {
  vblade::Export& exported = serve(0);
  engine_.reads_from_cache = true;
  limit(exported, {.requests = 1});
  read_by(9, 12);
  server_.serve(port_);
  limit(exported, {});
  EXPECT_LE(server_.next_release().value(), clock_.time);
  EXPECT_TRUE(server_.release_held());
  EXPECT_EQ(replies().size(), 12u);
  EXPECT_FALSE(server_.next_release());
}

TEST_F(Server, GivesTheRingBackWhileAWriteIsInFlight) {
  serve(0);
  write(0, 0, 'q');
  server_.serve(port_);  // FakeLink frees the frames' memory: the sanitizer sees who still reads it
  const iovec piece = engine_.in_flight.at(0)->piece[0];
  EXPECT_EQ(static_cast<const char*>(piece.iov_base)[1023], 'q');
}

TEST_F(Server, CountsWhatEachClientGotAndHowLongItTook) {
  vblade::Export& exported = serve(0);
  arrive(aoe::read_request(to_slot(0), 0, 2));
  server_.serve(port_);
  clock_.time += std::chrono::microseconds(100);
  engine_.complete();
  server_.reap();
  write(0, 0);
  server_.serve(port_);
  engine_.complete_with(-EIO);
  server_.reap();
  ASSERT_EQ(exported.clients.all().size(), 1u);
  const vblade::ClientCounters& client = exported.clients.all().front();
  EXPECT_EQ(client.mac, kClient);
  EXPECT_EQ(client.requests, 2u);
  EXPECT_EQ(client.bytes_read, 1024u);
  EXPECT_EQ(client.bytes_written, 0u);
  EXPECT_EQ(client.errors, 1u);
  EXPECT_EQ(exported.latency.count(7), 1u) << "less than 128 us";
  EXPECT_EQ(exported.latency.count(0), 1u);
  EXPECT_EQ(exported.latency.sum_micros(), 100u);
}

TEST_F(Server, TellsOfRefusalsOnceAMinute) {
  vblade::Export& exported = serve(0);
  exported.target.mask = {kServer};
  const auto ask = [&] {
    arrive(aoe::identify_request(to_slot(0)));
    server_.serve(port_);
  };
  EXPECT_FALSE(exported.refusals_to_tell());
  ask();
  const auto first = exported.refusals_to_tell();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->count, 1u);
  EXPECT_EQ(first->last, kClient);
  for (int second = 0; second < 59; ++second) {
    ask();
    EXPECT_FALSE(exported.refusals_to_tell());
  }
  EXPECT_EQ(exported.refusals_to_tell().value().count, 59u);
  EXPECT_FALSE(exported.refusals_to_tell());
}

TEST_F(Server, TellsOfTheDisksErrorsOnceAMinute) {
  vblade::Export& exported = serve(0);
  const auto fail = [&](int error) {
    arrive(aoe::read_request(to_slot(0), 6, 2));
    server_.serve(port_);
    engine_.complete_with(-error);
    server_.reap();
  };
  EXPECT_FALSE(exported.errors_to_tell());
  fail(EIO);
  EXPECT_EQ(exported.errors_to_tell().value().text(),
            "the disk failed 1 request, the last a read of 2 sectors at 6: Input/output error");
  for (int second = 0; second < 59; ++second) {
    fail(ENOSPC);
    EXPECT_FALSE(exported.errors_to_tell());
  }
  EXPECT_EQ(exported.errors_to_tell().value().text(),
            "the disk failed 59 requests, the last a read of 2 sectors at 6: No space left on device");
  EXPECT_FALSE(exported.errors_to_tell());
}

TEST_F(Server, SmartTellsOfErrorsForAWhile) {
  vblade::Export& exported = serve(0);
  exported.refresh_health();
  EXPECT_FALSE(exported.target.failing);
  arrive(aoe::read_request(to_slot(0), 0, 2));
  server_.serve(port_);
  engine_.complete_with(-EIO);
  server_.reap();
  EXPECT_TRUE(exported.target.failing) << "at once: status and SMART must not wait for the next second";
  for (int second = 0; second < 59; ++second) exported.refresh_health();
  EXPECT_TRUE(exported.target.failing);
  exported.refresh_health();
  EXPECT_FALSE(exported.target.failing);
}

TEST_F(Server, BadDisksBecomeAtaErrorsNeverAoeErrors) {
  serve(0);
  arrive(aoe::read_request(to_slot(0), 0, 2));
  server_.serve(port_);
  engine_.complete_with(-EIO);
  server_.reap();
  ASSERT_EQ(link_->sent.size(), 1u);
  EXPECT_EQ(static_cast<unsigned>(link_->sent[0][14]) & aoe::kErrorFlag, 0u);
  EXPECT_THAT(replies(), ElementsAre("1!"));
}

TEST_F(Server, AcknowledgesNoChangeBeforeItIsKept) {
  vblade::Export& exported = serve(0);
  for (unsigned i = 0; i < 63; ++i) arrive(aoe::identify_request(to_slot(0)));
  set_config(0, "mine");
  while (server_.serve(port_)) {
  }
  EXPECT_EQ(replies().size(), 63u) << "the 64th reply of a send is no exception";
  EXPECT_THAT(writer_.started(), ElementsAre("e1.0 mine"));
  EXPECT_EQ(config_of(exported), "") << "it does not count either";
  kept(0);
  EXPECT_THAT(replies(), ElementsAre("64"));
  EXPECT_EQ(config_of(exported), "mine");
}

TEST_F(Server, RefusesAChangeThatCannotBeKept) {
  vblade::Export& exported = serve(0);
  set_config(0, "mine");
  server_.serve(port_);
  keeper_.written({1, 0}, base::fail("the disk is full"));
  server_.send_kept();
  ASSERT_EQ(link_->sent.size(), 1u);
  EXPECT_EQ(link_->sent[0].size(), aoe::kMinFrameBytes);
  EXPECT_EQ(error_of(link_->sent[0]), aoe::AoeError::unavailable);
  EXPECT_EQ(config_of(exported), "");
  EXPECT_EQ(pool_->in_use(), 0u);
}

// A repeated request is as good as the first one.
TEST_F(Server, ARequestThatIsAskedAgainWaitsForTheChangeToo) {
  serve(0);
  set_config(0, "mine");
  set_config(0, "mine");
  server_.serve(port_);
  EXPECT_THAT(replies(), IsEmpty());
  EXPECT_THAT(writer_.started(), ElementsAre("e1.0 mine"));
  kept(0);
  EXPECT_THAT(replies(), ElementsAre("1", "2"));
}

TEST_F(Server, AnswersWithWhatIsKeptMeanwhile) {
  vblade::Export& exported = serve(0);
  set_config(0, "mine");
  arrive(aoe::config_request(to_slot(0), aoe::ConfigCommand::read));
  arrive(aoe::identify_request(to_slot(0)));
  server_.serve(port_);
  ASSERT_EQ(link_->sent.size(), 2u);
  EXPECT_EQ(base::load_be<std::uint16_t>(link_->sent[0].data() + aoe::config_offset::length), 0u);
  EXPECT_THAT(replies(), ElementsAre("2", "3"));
  EXPECT_EQ(config_of(exported), "");
}

TEST_F(Server, LeavesRoomForOthersWhenNoChangeIsKept) {
  vblade::Export& exported = serve(0);
  engine_.reads_from_cache = true;
  for (unsigned i = 0; i < 1000; ++i) set_config(0, "mine");
  while (server_.serve(port_)) {
  }
  EXPECT_EQ(pool_->in_use(), 256u);
  EXPECT_EQ(exported.counters.dropped, 744u);
  arrive(aoe::read_request(to_slot(0), 0, 2));
  server_.serve(port_);
  EXPECT_THAT(replies(), ElementsAre("1001"));
  kept(0);
  EXPECT_EQ(replies().size(), 256u);
  EXPECT_EQ(pool_->in_use(), 0u);
}

// The exchange was a write before, whose payload must not come over the extents.
TEST_F(Server, HandsTheRangesOfATrimToTheDisk) {
  vblade::Export& exported = serve(0);
  exported.target.identity.can_trim = true;
  write(0, 0);
  server_.serve(port_);
  engine_.complete();
  server_.reap();
  (void)log();
  std::vector<std::byte> ranges(512);
  base::store_le(ranges.data(), std::uint64_t{8} | std::uint64_t{16} << 48);
  base::store_le(ranges.data() + 16, std::uint64_t{100} | std::uint64_t{2} << 48);
  arrive(aoe::ata_request(
      to_slot(0), {.feature = 1, .count = 1, .command = aoe::ata::opcode::data_set_management}, ranges));
  server_.serve(port_);
  engine_.complete();
  server_.reap();
  EXPECT_THAT(log(), ElementsAre("punch 8+16", "push", "punch 100+2", "push"));
  engine_.complete();
  server_.reap();
  EXPECT_THAT(replies(), ElementsAre("1", "2"));
}

TEST_F(Server, DropsTheRepliesOfAnInterfaceThatIsGone) {
  serve(0);
  arrive(aoe::read_request(to_slot(0), 0, 2));
  server_.serve(port_);
  port_.detach();
  engine_.complete();
  server_.reap();
  EXPECT_EQ(pool_->in_use(), 0u);
  EXPECT_EQ(port_.outstanding, 0u);
}

TEST_F(Server, AdvertisesToAllOrToThoseOfTheMask) {
  vblade::Export& exported = serve(0);
  server_.advertise(port_, exported);
  ASSERT_EQ(link_->sent.size(), 1u);
  EXPECT_EQ(base::MacAddress::load(link_->sent[0].data()), base::MacAddress::broadcast());
  exported.target.mask = {kClient};
  server_.advertise(port_, exported);
  ASSERT_EQ(link_->sent.size(), 2u);
  EXPECT_EQ(base::MacAddress::load(link_->sent[1].data()), kClient);
}

TEST_F(Server, SurvivesEveryLengthOfEveryRequest) {
  serve(0);
  engine_.reads_from_cache = engine_.writes_to_cache = true;
  const std::vector<aoe::RequestFrame> frames = {
      aoe::read_request(to_slot(0), 0, 2), aoe::write_request(to_slot(0), 0, std::vector<std::byte>(1024)),
      aoe::config_request(to_slot(0), aoe::ConfigCommand::read), aoe::mask_read_request(to_slot(0)),
      aoe::reserve_request(to_slot(0), aoe::ReserveCommand::read)};
  for (const auto& frame : frames) {
    for (std::size_t length = 0; length <= frame.size(); ++length) {
      link_->arrive(base::Bytes(frame).first(length));
      server_.serve(port_);
    }
  }
  EXPECT_EQ(pool_->in_use(), 0u);
}
