#include "disk/queue.h"

#include "disk/file_volume.h"
#include "tests/fakes/disk/fake_engine.h"
#include "tests/unit/disk/scratch_file.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using disk::Command;
using disk::Durability;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr std::size_t kBufferBytes = 4096;

// One export of 1000 sectors, whose engine the test drives.
class Queue : public testing::Test {
 protected:
  struct Owned {
    std::vector<std::byte> buffer = std::vector<std::byte>(kBufferBytes);
    std::vector<std::byte> payload;
    std::vector<disk::Extent> extents;
    disk::Request request;
  };

  // Opening reads a little; the cache is empty as long as no test writes to the file.
  Queue() { file_.drop_cache(); }

  void promise(Durability durability) { queue_.set_durability(durability); }

  // Adds a request to the batch; its name in `finished()` is its place among all that were asked.
  disk::Request& ask(Command command, std::uint64_t sector = 0, std::uint32_t sectors = 0) {
    auto& one = *requests_.emplace_back(std::make_unique<Owned>());
    one.request.command = command;
    one.request.sector = sector;
    one.request.sectors = sectors;
    one.request.buffer = one.buffer;
    if (command == Command::write) {
      one.payload.assign(sectors * 512u, std::byte(requests_.size()));
      one.request.payload = one.payload;
    }
    queue_.add(one.request);
    return one.request;
  }
  disk::Request& trim(std::vector<disk::Extent> extents) {
    disk::Request& request = ask(Command::trim);
    requests_.back()->extents = std::move(extents);
    request.extents = requests_.back()->extents;
    return request;
  }
  void run() {
    queue_.run();
    for (auto& one : requests_)
      one->payload.assign(one->payload.size(), std::byte{0xee});  // the ring goes on
  }
  void reap() {
    while (auto* operation = engine_.reap()) operation->queue->completed(*operation);
  }
  // Completes all that the engine has, and what that starts, until nothing is in flight.
  void drain() {
    while (!engine_.in_flight.empty()) {
      engine_.complete();
      reap();
    }
  }
  // "0 ok", "1 EIO": since the last call, in the order of completion.
  std::vector<std::string> finished() {
    std::vector<std::string> names;
    while (disk::Request* request = done_.pop()) {
      std::size_t number = 0;
      while (&requests_[number]->request != request) ++number;
      const std::string error = request->error == 0        ? "ok"
                                : request->error == EIO    ? "EIO"
                                : request->error == ENOSPC ? "ENOSPC"
                                : request->error == ERANGE ? "ERANGE"
                                                           : std::to_string(request->error);
      names.push_back(fmt::format("{} {}", number, error));
    }
    return names;
  }
  std::vector<std::string> log() { return std::exchange(engine_.log, {}); }

  ScratchFile file_{1000 * 512};
  disk::Claims claims_;
  disk::FileVolume volume_ = disk::FileVolume::open({.path = file_.path()}, claims_).value();
  disk::FakeEngine engine_;
  disk::RequestList done_;
  disk::Queue queue_{volume_, engine_, Durability::flush, done_};
  std::vector<std::unique_ptr<Owned>> requests_;
};

}  // namespace

TEST_F(Queue, MergesNeighboursOfABatchWhateverTheirOrder) {
  ask(Command::read, 4, 2);
  ask(Command::read, 0, 2);
  ask(Command::read, 2, 2);
  ask(Command::read, 100, 2);
  ask(Command::write, 200, 2);
  ask(Command::write, 202, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("read 0+6", "read 100+2", "write 200+4"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("1 ok", "2 ok", "0 ok", "3 ok", "4 ok", "5 ok"));
  EXPECT_EQ(queue_.outstanding(), 0u);
}

TEST_F(Queue, AnswersFromThePageCacheWithoutTheEngine) {
  engine_.reads_from_cache = engine_.writes_to_cache = true;
  disk::Request& read = ask(Command::read, 8, 2);
  ask(Command::write, 0, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("now read 8+2", "now write 0+2"));
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
  EXPECT_EQ(read.data.size(), 1024u);
  EXPECT_EQ(read.data.data(), read.buffer.data());
}

TEST_F(Queue, SendsFromThePageCacheWhatIsThere) {
  file_.write(0, std::string(4096, 'c'));
  disk::Request& there = ask(Command::read, 2, 4);
  ask(Command::read, 7, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("read 7+2")) << "its second sector is not there";
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  ASSERT_EQ(there.data.size(), 4u * 512);
  EXPECT_NE(there.data.data(), there.buffer.data());
  EXPECT_EQ(there.data[0], std::byte{'c'});
}

TEST_F(Queue, DoesNotLookAtSectorsThatAreBeingWritten) {
  file_.write(0, std::string(4096, 'c'));
  ask(Command::write, 0, 2);
  run();
  ask(Command::read, 1, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("write 0+2"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Queue, CopiesAPayloadThatHasToWaitOutOfTheRing) {
  disk::Request& write = ask(Command::write, 0, 1);
  run();  // overwrites the ring
  EXPECT_EQ(write.payload.data(), write.buffer.data());
  EXPECT_EQ(write.payload[0], std::byte{1});
}

TEST_F(Queue, KeepsOverlappingRequestsApart) {
  ask(Command::write, 0, 4);
  run();
  ask(Command::read, 2, 1);
  ask(Command::write, 3, 4);
  ask(Command::read, 100, 1);
  run();
  EXPECT_THAT(log(), ElementsAre("write 0+4", "read 100+1")) << "what touches other sectors goes on";
  engine_.complete();
  reap();
  EXPECT_THAT(log(), ElementsAre("read 2+1", "write 3+4"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "3 ok", "1 ok", "2 ok"));
}

TEST_F(Queue, KeepsOverlappingWritesOfOneBatchApart) {
  ask(Command::write, 0, 4);
  ask(Command::write, 2, 4);
  run();
  EXPECT_THAT(log(), ElementsAre("write 0+4"));
  drain();
  EXPECT_THAT(log(), ElementsAre("write 2+4"));
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Queue, OverlappingReadsNeedNotWait) {
  ask(Command::read, 0, 4);
  ask(Command::read, 2, 4);
  run();
  EXPECT_THAT(log(), ElementsAre("read 0+4", "read 2+4"));
}

TEST_F(Queue, SyncWriteAcknowledgesABatchAfterOneFlush) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  ask(Command::write, 10, 2);
  ask(Command::read, 20, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("read 20+2", "write 0+2", "write 10+2"));
  engine_.complete();
  engine_.complete();
  reap();
  EXPECT_THAT(finished(), ElementsAre("2 ok")) << "a read promises nothing";
  EXPECT_THAT(log(), IsEmpty()) << "the flush waits for the other write of the batch";
  engine_.complete();
  reap();
  EXPECT_THAT(log(), ElementsAre("sync"));
  EXPECT_THAT(finished(), IsEmpty());
  engine_.complete();
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Queue, SyncWriteCoversOnlyWhatWasWrittenBeforeTheFlush) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  run();
  engine_.complete();
  reap();
  ask(Command::write, 10, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("write 0+2", "sync", "write 10+2"));
  engine_.complete(1);  // the second write, while the flush still runs
  reap();
  EXPECT_THAT(finished(), IsEmpty());
  engine_.complete();  // the flush
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_THAT(log(), ElementsAre("sync")) << "the second write gets a flush of its own";
  drain();
  EXPECT_THAT(finished(), ElementsAre("1 ok"));
}

TEST_F(Queue, SyncWriteToThePageCacheStillWaitsForTheFlush) {
  promise(Durability::write);
  engine_.writes_to_cache = true;
  ask(Command::write, 0, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("now write 0+2", "sync"));
  EXPECT_THAT(finished(), IsEmpty());
  ask(Command::write, 4, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("write 4+2")) << "not at once while a flush holds the journal";
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Queue, AFailedFlushIsReportedOnAllItMayHaveLost) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  run();
  engine_.complete();
  reap();  // the flush for 0 starts
  ask(Command::write, 10, 2);
  ask(Command::write, 20, 2);
  run();
  engine_.complete(1);  // 10 is written
  reap();
  engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 EIO", "1 EIO"));
  EXPECT_TRUE(queue_.flush_failed());
  engine_.complete();  // 20 was in flight while the flush failed: the kernel may have lost it, too
  reap();
  EXPECT_THAT(finished(), ElementsAre("2 EIO"));
  ask(Command::write, 30, 2);
  run();
  drain();
  EXPECT_THAT(finished(), ElementsAre("3 ok"));
  EXPECT_FALSE(queue_.flush_failed());
}

TEST_F(Queue, FlushSyncsOnce) {
  ask(Command::write, 0, 2);
  ask(Command::flush);
  ask(Command::flush);
  run();
  drain();
  EXPECT_THAT(log(), ElementsAre("write 0+2", "sync"));
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok", "2 ok"));
}

TEST_F(Queue, AFlushThatArrivesDuringOneGetsItsOwn) {
  ask(Command::flush);
  run();
  ask(Command::flush);
  run();
  EXPECT_THAT(log(), ElementsAre("sync"));
  engine_.complete();
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_THAT(log(), ElementsAre("sync"));
  engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(finished(), ElementsAre("1 EIO"));
}

TEST_F(Queue, SyncNoneNeverSyncs) {
  promise(Durability::none);
  ask(Command::write, 0, 2);
  ask(Command::flush);
  run();
  EXPECT_THAT(finished(), ElementsAre("1 ok"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_THAT(log(), ElementsAre("write 0+2"));
}

TEST_F(Queue, AnErrorOfAMergedOperationHitsOnlyItsCause) {
  ask(Command::read, 0, 2);
  ask(Command::read, 2, 2);
  ask(Command::read, 4, 2);
  run();
  engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(log(), ElementsAre("read 0+6", "read 0+2", "read 2+2", "read 4+2"));
  engine_.complete();
  engine_.complete_with(-EIO);
  engine_.complete();
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 EIO", "2 ok"));
}

TEST_F(Queue, AShortOperationServesWhatItReached) {
  ask(Command::write, 0, 2);
  ask(Command::write, 2, 2);
  run();
  engine_.complete_with(1024 + 100);
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  engine_.complete_with(-ENOSPC);
  reap();
  EXPECT_THAT(finished(), ElementsAre("1 ENOSPC"));
}

TEST_F(Queue, ATruncatedFileIsAnErrorNotAWait) {
  ask(Command::read, 0, 2);
  run();
  engine_.complete_with(0);
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 EIO"));
}

TEST_F(Queue, NothingReachesBeyondTheExport) {
  ask(Command::read, 999, 2);
  ask(Command::write, 1000, 1);
  trim({{990, 11}});
  run();
  EXPECT_THAT(finished(), ElementsAre("0 ERANGE", "1 ERANGE", "2 ERANGE"));
  EXPECT_THAT(log(), IsEmpty());
}

TEST_F(Queue, TrimHasTheExportToItself) {
  ask(Command::write, 0, 2);
  trim({{0, 8}, {0, 0}, {100, 16}});
  ask(Command::read, 500, 1);
  run();
  ask(Command::read, 501, 1);
  run();
  EXPECT_THAT(log(), ElementsAre("punch 0+8"));
  drain();
  EXPECT_THAT(log(), ElementsAre("punch 100+16", "read 500+1", "write 0+2", "read 501+1"));
  EXPECT_THAT(finished(), ElementsAre("1 ok", "2 ok", "0 ok", "3 ok"));
}

TEST_F(Queue, VerifyReadsAndKeepsNothing) {
  disk::Request& verify = ask(Command::verify, 0, 255);
  run();
  EXPECT_THAT(log(), ElementsAre("read 0+255"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_TRUE(verify.data.empty());
}

TEST_F(Queue, ManyNeighboursMakeSeveralOperations) {
  for (unsigned i = 0; i < 300; ++i) ask(Command::read, i, 1);
  run();
  EXPECT_THAT(log(), ElementsAre("read 0+64", "read 64+64", "read 128+64", "read 192+64", "read 256+44"));
  drain();
  EXPECT_EQ(finished().size(), 300u);
}

// Without a flush, and beside one: it is only what closing would wait for.
TEST_F(Queue, WritingBackCountsAsWorkUntilItIsDone) {
  queue_.write_back();
  queue_.write_back();
  EXPECT_THAT(log(), ElementsAre("write back"));
  EXPECT_EQ(queue_.outstanding(), 1u);
  ask(Command::flush);
  run();
  EXPECT_THAT(log(), ElementsAre("sync"));
  engine_.complete_with(-EIO);
  reap();
  EXPECT_EQ(queue_.outstanding(), 1u);
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_EQ(queue_.outstanding(), 0u);
  EXPECT_FALSE(queue_.flush_failed());
}
