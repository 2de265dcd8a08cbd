#include "tests/unit/disk/driven_queue.h"

#include <gmock/gmock.h>

using disk::Command;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class Queue : public DrivenQueue {};

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

TEST_F(Queue, CopiesFromThePageCacheWhileTheDiskMayHang) {
  file_.write(0, std::string(4096, 'c'));
  engine_.late = engine_.reads_from_cache = true;
  disk::Request& there = ask(Command::read, 2, 4);
  run();
  EXPECT_THAT(log(), ElementsAre("now read 2+4")) << "the kernel says whether a page is in memory";
  EXPECT_EQ(there.data.data(), there.buffer.data());
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

TEST_F(Queue, AnErrorOfAMergedOperationHitsOnlyItsCause) {
  ask(Command::read, 0, 2);
  ask(Command::read, 2, 2);
  ask(Command::read, 4, 2);
  run();
  engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(log(), ElementsAre("read 0+6", "read 0+2"))
      << "one at a time: the kernel joins neighbours, too";
  engine_.complete();
  reap();
  EXPECT_THAT(log(), ElementsAre("read 2+2"));
  engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(log(), ElementsAre("read 4+2"));
  drain();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 EIO", "2 ok"));
}

TEST_F(Queue, NeighboursThatFailTogetherAreTriedOneByOne) {
  ask(Command::read, 0, 2);
  run();
  ask(Command::read, 2, 2);
  ask(Command::read, 100, 2);
  run();
  log();
  for (int i = 0; i < 3; ++i) engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(finished(), ElementsAre("2 EIO")) << "has no neighbour";
  EXPECT_THAT(log(), ElementsAre("read 0+2"));
  engine_.complete();
  reap();
  EXPECT_THAT(log(), ElementsAre("read 2+2"));
  engine_.complete_with(-EIO);
  reap();
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 EIO"));
}

TEST_F(Queue, ARequestThatIsTriedAloneHasNoNewNeighbours) {
  ask(Command::read, 0, 2);
  ask(Command::read, 2, 2);
  run();
  engine_.complete_with(-EIO);
  reap();
  log();
  ask(Command::read, 4, 2);
  ask(Command::read, 50, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("read 50+2"));
  drain();
  EXPECT_THAT(log(), ElementsAre("read 2+2", "read 4+2"));
}

TEST_F(Queue, BehindTheEndOfACutFileEverythingFailsAndNothingMakesItGrow) {
  engine_.reads_from_cache = engine_.writes_to_cache = true;
  file_.write(0, std::string(1000 * 512, 'c'));
  file_.resize(100 * 512 + 100);
  ask(Command::read, 99, 1);
  ask(Command::read, 100, 1);
  ask(Command::write, 99, 2);
  ask(Command::verify, 200, 1);
  run();
  EXPECT_THAT(finished(), testing::UnorderedElementsAre("0 ok", "1 EIO", "2 EIO", "3 EIO"));
}

TEST_F(Queue, ARequestThatWaitsWhileItsFileIsCutFails) {
  ask(Command::write, 200, 2);
  run();
  ask(Command::write, 201, 2);
  run();
  file_.resize(100 * 512);
  drain();
  EXPECT_THAT(log(), ElementsAre("write 200+2"));
  EXPECT_THAT(finished(), ElementsAre("0 ok", "1 EIO"));
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

TEST_F(Queue, ATrimKeepsOthersFromTheRangeThatIsPunchedAndFromNothingElse) {
  trim({{0, 8}, {0, 0}, {100, 16}});
  run();
  ask(Command::write, 0, 2);
  ask(Command::read, 104, 1);
  ask(Command::read, 500, 1);
  run();
  EXPECT_THAT(log(), ElementsAre("punch 0+8", "read 104+1", "read 500+1"));
  engine_.complete();
  reap();
  EXPECT_THAT(log(), ElementsAre("write 0+2")) << "its next range is being read";
  drain();
  EXPECT_THAT(log(), ElementsAre("punch 100+16"));
  EXPECT_THAT(finished(), ElementsAre("2 ok", "3 ok", "1 ok", "0 ok"));
}

TEST_F(Queue, TrimsAreDoneOneByOne) {
  trim({{0, 8}, {100, 8}});
  trim({{200, 8}});
  run();
  EXPECT_THAT(log(), ElementsAre("punch 0+8"));
  drain();
  EXPECT_THAT(log(), ElementsAre("punch 200+8", "punch 100+8"));
}

TEST_F(Queue, WhileAHoleIsPunchedNothingIsStoredAtOnce) {
  engine_.writes_to_cache = true;
  trim({{0, 8}});
  run();
  ask(Command::write, 500, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("punch 0+8", "write 500+2"));
  drain();
  ask(Command::write, 500, 2);
  run();
  EXPECT_THAT(log(), ElementsAre("now write 500+2"));
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