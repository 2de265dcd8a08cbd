#include "tests/unit/disk/driven_queue.h"

#include <gmock/gmock.h>

using disk::Command;
using disk::Durability;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr disk::Client kA = 1, kB = 2, kC = 3;

class Flusher : public DrivenQueue {
 protected:
  void complete(std::int64_t result = 0) {
    if (result < 0) {
      engine_.complete_with(result);
    } else {
      engine_.complete();
    }
    reap();
  }
  // Acknowledged from memory.
  void write(disk::Client client, std::uint64_t sector) {
    ask(Command::write, sector, 2, client);
    run();
    complete();
  }
  // A FLUSH of a disk that fails nothing more: the error that it gets, or 0.
  int flush(disk::Client client) {
    disk::Request& request = ask(Command::flush, 0, 0, client);
    run();
    drain();
    finished();
    return request.error;
  }
  void fail_a_flush(disk::Client client) {
    ask(Command::flush, 0, 0, client);
    run();
    complete(-EIO);
    drain();
    finished();
  }
};

}  // namespace

TEST_F(Flusher, SyncWriteAcknowledgesABatchAfterOneFlush) {
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

TEST_F(Flusher, SyncWriteCoversOnlyWhatWasWrittenBeforeTheFlush) {
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

TEST_F(Flusher, SyncWriteToThePageCacheStillWaitsForTheFlush) {
  promise(Durability::write);
  engine_.writes_to_cache = true;
  ask(Command::write, 0, 2);
  run();
  if (volume_.writes_may_sleep()) {  // the file is not on tmpfs
    EXPECT_THAT(log(), ElementsAre("write 0+2")) << "its file system may wait";
    drain();
    EXPECT_THAT(finished(), ElementsAre("0 ok"));
    return;
  }
  EXPECT_THAT(log(), ElementsAre("now write 0+2", "sync"));
  EXPECT_THAT(finished(), IsEmpty());
  ask(Command::write, 4, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("write 4+2")) << "not at once while a flush holds the journal";
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Flusher, ForSpeedAWriteBetsThatItsFileSystemDoesNotWait) {
  for (const Durability speed : {Durability::flush, Durability::none}) {
    promise(speed);
    engine_.writes_to_cache = true;
    ask(Command::write, 0, 2);
    run();
    EXPECT_THAT(log(), ElementsAre("now write 0+2"));
  }
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Flusher, FlushSyncsOnce) {
  ask(Command::write, 0, 2);
  ask(Command::flush);
  ask(Command::flush);
  run();
  drain();
  EXPECT_THAT(log(), ElementsAre("write 0+2", "sync"));
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok", "2 ok"));
}

TEST_F(Flusher, SyncNoneNeverSyncs) {
  promise(Durability::none);
  ask(Command::write, 0, 2);
  ask(Command::flush);
  run();
  EXPECT_THAT(finished(), ElementsAre("1 ok"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_THAT(log(), ElementsAre("write 0+2"));
}

TEST_F(Flusher, AfterAFailedFlushEachWriteIsTriedAloneAndOnlyTheCauseFails) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  ask(Command::write, 10, 2);
  run();
  complete();
  complete();
  EXPECT_THAT(log(), ElementsAre("write 0+2", "write 10+2", "sync"));
  complete(-EIO);
  complete();  // written again
  complete();  // and with the disk
  complete();
  complete(-EIO);
  EXPECT_THAT(log(),
              ElementsAre("write 0+2", "write back 0+2", "write 10+2", "write back 10+2", "write 10+2"))
      << "an error may be another file's part of the report: it counts when it comes twice";
  complete();
  complete(-EIO);
  EXPECT_THAT(finished(), ElementsAre("1 EIO"));
  EXPECT_TRUE(queue_.flush_failed());
  EXPECT_THAT(log(), ElementsAre("write back 10+2", "sync"));
  complete();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_FALSE(queue_.flush_failed());
  EXPECT_EQ(queue_.losses().count, 0u) << "nothing acknowledged is lost";
}

TEST_F(Flusher, NewWritesWaitUntilTheCauseIsFound) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  run();
  complete();
  complete(-EIO);
  log();
  ask(Command::write, 100, 2);
  ask(Command::read, 200, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("read 200+2"));
  engine_.complete(1);
  reap();
  complete();
  complete();
  EXPECT_THAT(log(), ElementsAre("write back 0+2", "sync", "write 100+2"))
      << "the first flush is for the first write alone";
  drain();
  EXPECT_THAT(finished(), ElementsAre("2 ok", "0 ok", "1 ok"));
}

TEST_F(Flusher, AWriteThatWasInFlightDuringAFailedFlushIsTriedAgainToo) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  run();
  complete();
  ask(Command::write, 20, 2);
  run();
  complete(-EIO);
  log();
  complete();
  EXPECT_THAT(log(), ElementsAre("write 0+2")) << "nothing is tried while a write is in flight";
  complete();
  complete();
  EXPECT_THAT(log(), ElementsAre("write back 0+2", "write 20+2"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 ok"));
}

TEST_F(Flusher, ADiskThatCannotFlushFailsEveryWriteThatWaits) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  run();
  complete();
  complete(-EIO);
  complete();
  complete();
  complete(-EIO);
  EXPECT_THAT(finished(), ElementsAre("0 EIO"));
  EXPECT_THAT(engine_.in_flight, IsEmpty());
}

TEST_F(Flusher, AWriteBehindTheEndOfACutFileIsNotTriedAgain) {
  promise(Durability::write);
  ask(Command::write, 200, 2);
  ask(Command::write, 0, 2);
  run();
  complete();
  complete();
  log();
  file_.resize(100 * 512);
  complete(-EIO);
  drain();
  EXPECT_THAT(log(), ElementsAre("write 0+2", "write back 0+2", "sync"));
  EXPECT_THAT(finished(), ElementsAre("0 EIO", "1 ok"));
}

TEST_F(Flusher, AWriteIsTriedAgainWithItsOwnCopyOfTheData) {
  promise(Durability::write);
  engine_.writes_to_cache = true;
  disk::Request& write = ask(Command::write, 0, 1);
  run();  // overwrites the ring
  // On tmpfs no flush fails, so nothing is kept.
  if (volume_.nowait_support() == disk::NowaitSupport::not_needed) return;
  EXPECT_EQ(write.payload.data(), write.buffer.data());
  EXPECT_EQ(write.payload[0], std::byte{1});
}

TEST_F(Flusher, AFlushThatArrivesDuringOneGetsItsOwn) {
  ask(Command::flush);
  run();
  ask(Command::flush);
  run();
  EXPECT_THAT(log(), ElementsAre("sync"));
  complete();
  EXPECT_THAT(finished(), ElementsAre("0 ok"));
  EXPECT_THAT(log(), ElementsAre("sync"));
  complete(-EIO);
  EXPECT_THAT(log(), ElementsAre("sync")) << "once more";
  complete(-EIO);
  EXPECT_THAT(finished(), ElementsAre("1 EIO"));
}

TEST_F(Flusher, AFailedFlushIsOwedToEveryClientThatHasWrittenSinceTheLastGoodOne) {
  write(kC, 0);
  EXPECT_EQ(flush(kC), 0);
  write(kA, 10);
  write(kB, 20);
  fail_a_flush(kA);
  EXPECT_EQ(flush(kB), EIO);
  EXPECT_EQ(flush(kB), EIO) << "nothing was repaired";
  EXPECT_EQ(flush(kA), EIO);
  EXPECT_EQ(flush(kC), 0);
  write(kB, 20);
  EXPECT_EQ(flush(kB), 0);
  EXPECT_EQ(flush(kA), EIO);
  EXPECT_EQ(queue_.losses().count, 1u);
}

TEST_F(Flusher, TheFirstReportAfterAStartIsOwedToEverybody) {
  fail_a_flush(kA);
  EXPECT_EQ(flush(kB), EIO) << "its writes may be those of the server before";
  EXPECT_EQ(flush(kA), EIO);
}

TEST_F(Flusher, AnInquiryTellsEverybodyOfALoss) {
  write(kA, 0);
  finished();
  log();
  queue_.inquire();
  EXPECT_THAT(log(), ElementsAre("inquire"));
  EXPECT_EQ(queue_.outstanding(), 0u) << "an inquiry keeps no export open";
  complete(-EIO);
  EXPECT_EQ(queue_.losses().count, 1u);
  EXPECT_EQ(queue_.losses().error, EIO);
  EXPECT_EQ(flush(kA), EIO);
}

TEST_F(Flusher, NobodyIsAskedWithoutAReason) {
  EXPECT_EQ(flush(kA), 0);
  log();
  queue_.inquire();
  EXPECT_THAT(log(), IsEmpty()) << "nothing is unflushed";
  promise(Durability::write);
  queue_.inquire();
  EXPECT_THAT(log(), IsEmpty()) << "nothing is acknowledged from memory";
}

TEST_F(Flusher, OneCallAtATimeCanTakeAReport) {
  write(kA, 0);
  ask(Command::flush);
  run();
  log();
  queue_.inquire();
  queue_.write_back();
  EXPECT_THAT(log(), IsEmpty());
  complete();
  EXPECT_THAT(log(), ElementsAre("write back"));
  ask(Command::flush);
  run();
  EXPECT_THAT(log(), IsEmpty());
  complete();
  EXPECT_THAT(log(), ElementsAre("sync"));
  complete();
  EXPECT_THAT(log(), ElementsAre("inquire"));
}

TEST_F(Flusher, WritingBackCountsAsWorkUntilItIsDone) {
  queue_.write_back();
  queue_.write_back();
  EXPECT_THAT(log(), ElementsAre("write back"));
  EXPECT_EQ(queue_.outstanding(), 1u);
  complete();
  EXPECT_EQ(queue_.outstanding(), 0u);
}

TEST_F(Flusher, AFailedWriteBackIsTheErrorOfAWriteThatWaits) {
  promise(Durability::write);
  ask(Command::write, 0, 2);
  run();
  queue_.write_back();
  complete();
  complete(-EIO);
  EXPECT_THAT(log(), ElementsAre("write 0+2", "write back", "write 0+2"));
  complete();
  complete(-EIO);
  complete();
  complete(-EIO);
  EXPECT_THAT(finished(), ElementsAre("0 EIO"));
}

TEST_F(Flusher, AWriteBackThatFailsIsOwedToTheClientsOfTheNextServer) {
  write(kA, 0);
  EXPECT_EQ(flush(kA), 0);
  write(kA, 0);
  write(kB, 0);
  queue_.write_back();
  complete(-EIO);
  EXPECT_EQ(queue_.losses().count, 1u);
  const disk::Debts debts = queue_.loss_record().debts();
  EXPECT_THAT(debts.owed, ElementsAre(kA, kB));
  EXPECT_EQ(debts.error, EIO);
  EXPECT_FALSE(debts.to_everybody);
}

TEST_F(Flusher, SyncNoneReportsALossAllTheSame) {
  promise(Durability::none);
  write(kA, 0);
  queue_.inquire();
  complete(-EIO);
  EXPECT_EQ(flush(kA), EIO);
}

// A write in flight cannot be told from those that the report is about.
TEST_F(Flusher, AWriteThatWasInFlightDuringALossIsOwedToo) {
  EXPECT_EQ(flush(kA), 0);
  write(kB, 0);
  ask(Command::write, 10, 2, kA);
  run();
  queue_.inquire();
  engine_.complete_with(-EIO, 1);
  reap();
  complete();
  EXPECT_EQ(flush(kA), EIO);
  EXPECT_EQ(flush(kB), EIO);
}

// Tried again, a write would undo a later one that was acknowledged from memory.
TEST_F(Flusher, WithAnotherPromiseNothingIsWrittenAgain) {
  disk::Request& durable = ask(Command::write, 0, 2);
  durable.durable = true;
  run();
  complete();
  complete(-EIO);
  EXPECT_THAT(finished(), ElementsAre("0 EIO"));
  EXPECT_THAT(log(), ElementsAre("write 0+2", "sync"));
}
