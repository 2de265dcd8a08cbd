#include "vblade/inventory/debt_store.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

namespace {

class DebtFiles : public testing::Test {
 protected:
  DebtFiles() {
    std::string name = testing::TempDir() + "debtXXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~DebtFiles() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path file() const { return directory_ / "e1.0.lost"; }

  std::filesystem::path directory_;
};

constexpr aoe::Address kAddress{1, 0};

}  // namespace

TEST_F(DebtFiles, KeepsWhatIsOwedUntilItIsPaid) {
  vblade::DebtFiles store(directory_ / "state");
  EXPECT_TRUE(store.load(kAddress).empty());
  ASSERT_TRUE(store.save(kAddress, {.error = ENOSPC, .owed = {0x020000000009}, .to_everybody = false}));
  const auto debts = store.load(kAddress);
  EXPECT_EQ(debts.error, ENOSPC);
  EXPECT_THAT(debts.owed, ElementsAre(0x020000000009));
  EXPECT_FALSE(debts.to_everybody);
  ASSERT_TRUE(store.save(kAddress, {}));
  EXPECT_TRUE(store.load(kAddress).empty());
  EXPECT_TRUE(std::filesystem::is_empty(directory_ / "state"));
}

TEST_F(DebtFiles, AFileThatCannotBeReadOwesAnErrorToEverybody) {
  std::ofstream(file()) << "no JSON";
  const auto debts = vblade::DebtFiles(directory_).load(kAddress);
  EXPECT_EQ(debts.error, EIO);
  EXPECT_TRUE(debts.to_everybody);
}

TEST_F(DebtFiles, SaysWhatHappensIfNothingCanBeKept) {
  std::ofstream(directory_ / "file");
  const auto saved = vblade::DebtFiles(directory_ / "file").save(kAddress, {.error = EIO, .owed = {1}});
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message,
              testing::EndsWith("clients of e1.0 will not get the error of the data that they lost"));
}

TEST_F(DebtFiles, WithoutADirectoryNothingIsKept) {
  vblade::DebtFiles store({});
  EXPECT_TRUE(store.save(kAddress, {.error = EIO, .owed = {1}}));
  EXPECT_TRUE(store.load(kAddress).empty());
}
