#include "disk/loss_record.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

// Its clients are numbers; no server ran before.
class LossRecord : public testing::Test {
 protected:
  LossRecord() { flush(); }
  void flush() {
    record_.flush_begins();
    record_.flush_succeeded();
  }

  disk::LossRecord record_;
};

}  // namespace

TEST_F(LossRecord, ALossIsOwedToWhoHasWritten) {
  record_.wrote(1);
  flush();
  record_.wrote(2);
  EXPECT_TRUE(record_.lose(EIO));
  EXPECT_EQ(record_.answer(1), 0);
  EXPECT_EQ(record_.answer(2), EIO);
  EXPECT_EQ(record_.answer(3), 0);
}

TEST_F(LossRecord, NobodyLosesWhatIsFlushed) {
  record_.wrote(1);
  flush();
  EXPECT_FALSE(record_.lose(EIO));
}

TEST_F(LossRecord, AFlushCoversWhatWasWrittenBeforeItBegan) {
  record_.wrote(1);
  record_.flush_begins();
  record_.wrote(2);
  record_.flush_succeeded();
  EXPECT_TRUE(record_.lose(EIO));
  EXPECT_EQ(record_.answer(1), 0);
  EXPECT_EQ(record_.answer(2), EIO);
}

TEST_F(LossRecord, AFlushThatFailedHasCoveredNothing) {
  record_.wrote(1);
  record_.flush_begins();
  EXPECT_TRUE(record_.lose(EIO));
  EXPECT_TRUE(record_.is_unflushed());
  EXPECT_TRUE(record_.lose(ENOSPC));
  EXPECT_EQ(record_.answer(1), ENOSPC);
}

TEST_F(LossRecord, AnErrorStaysUntilTheClientThatKnowsItWrites) {
  record_.wrote(1);
  record_.lose(EIO);
  record_.wrote(1);  // it does not know yet
  EXPECT_EQ(record_.answer(1), EIO);
  EXPECT_EQ(record_.answer(1), EIO);
  EXPECT_FALSE(record_.has_debts());
  record_.wrote(1);
  EXPECT_EQ(record_.answer(1), 0);
}

TEST_F(LossRecord, ClientsThatMadeWayAreOwedTogether) {
  for (disk::Client client = 0; client <= disk::LossRecord::kMost; ++client) record_.wrote(client);
  record_.lose(EIO);
  for (disk::Client client = 0; client <= disk::LossRecord::kMost; ++client)
    EXPECT_EQ(record_.answer(client), EIO) << client;
}

TEST_F(LossRecord, DebtsGoOverToTheNextServer) {
  record_.wrote(1);
  record_.wrote(2);
  record_.lose(EIO);
  record_.answer(1);
  const disk::Debts debts = record_.debts();
  EXPECT_THAT(debts.owed, ElementsAre(2));
  EXPECT_FALSE(debts.to_everybody);
  disk::LossRecord next;
  next.take_over(debts);
  EXPECT_EQ(next.answer(2), EIO);
  EXPECT_EQ(next.answer(1), 0);
  EXPECT_TRUE(next.debts().empty());
}

TEST_F(LossRecord, WithoutARowEverybodyIsOwed) {
  disk::LossRecord fresh;
  EXPECT_TRUE(fresh.lose(EIO)) << "of a former server's clients nothing is known";
  const disk::Debts debts = fresh.debts();
  EXPECT_TRUE(debts.to_everybody);
  EXPECT_THAT(debts.owed, IsEmpty());
  disk::LossRecord next;
  next.take_over(debts);
  EXPECT_EQ(next.answer(7), EIO);
  EXPECT_FALSE(next.has_debts()) << "somebody knows now";
}
