#include "aoe_mount/machine/ledger.h"

#include "aoe_mount/run/instances.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct InRun : testing::Test {
  fs::path root = fs::path(testing::TempDir()) / ("aoe-mount-" + std::to_string(::getpid()));

  void SetUp() override { fs::create_directories(root); }
  void TearDown() override { fs::remove_all(root); }
  void put(const fs::path& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  }
};

using LedgerTest = InRun;

base::Result<> note(aoe_mount::Ledger& ledger, const aoe_mount::Changes& wanted) {
  return ledger.change([&](aoe_mount::Changes& changes) -> base::Result<> {
    changes = wanted;
    return {};
  });
}
using InstancesTest = InRun;
using Origin = aoe_mount::Instances::Origin;

}  // namespace

TEST_F(LedgerTest, KeepsWhatIsWrittenUntilAllIsUndone) {
  aoe_mount::Ledger ledger(root / "aoe-mount" / "undo");
  EXPECT_TRUE(ledger.read().empty());
  const std::map<std::string, std::string> parameters{{"aoe_iflist", "eth0 eth3"}, {"aoe_maxout", ""}};
  ASSERT_TRUE(note(ledger, {.driver = true,
                            .interfaces = {"eth1", "eth2"},
                            .mtus = {{"eth1", 1500}, {"eth3", 9000}},
                            .parameters = parameters,
                            .deadsecs = "180"}));
  const auto changes = ledger.read();
  EXPECT_TRUE(changes.driver);
  EXPECT_EQ(changes.interfaces, (std::vector<std::string>{"eth1", "eth2"}));
  EXPECT_EQ(changes.mtus, (std::map<std::string, std::uint32_t>{{"eth1", 1500}, {"eth3", 9000}}));
  EXPECT_EQ(changes.parameters, parameters) << "with blanks, and of nothing";
  EXPECT_EQ(changes.deadsecs, "180");
  ASSERT_TRUE(note(ledger, {}));
  EXPECT_TRUE(ledger.read().empty());
  EXPECT_TRUE(note(ledger, {})) << "nothing to remove is no error";
}

TEST_F(LedgerTest, RemembersWhatItCannotWriteAndSaysWhy) {
  put("aoe-mount", "a file where a directory is needed");
  aoe_mount::Ledger ledger(root / "aoe-mount" / "undo");
  aoe_mount::Changes something;
  something.driver = true;
  EXPECT_TRUE(note(ledger, something));
  EXPECT_EQ(ledger.read(), something);
  EXPECT_EQ(ledger.problem(),
            "cannot write " + (root / "aoe-mount" / "undo.new").string() + ": Not a directory");
  fs::remove(root / "aoe-mount");
  something.interfaces = {"eth0"};
  EXPECT_TRUE(note(ledger, something));
  EXPECT_EQ(ledger.problem(), "");
  EXPECT_EQ(aoe_mount::Ledger(root / "aoe-mount" / "undo").read(), something);
}

TEST_F(LedgerTest, WritesAChangeDownBeforeItIsMadeAndNotIfItWasNotUndone) {
  aoe_mount::Ledger ledger(root / "aoe-mount" / "undo");
  const auto raise = [](aoe_mount::Changes& changes) -> base::Result<> {
    changes.interfaces.push_back("eth0");
    return {};
  };
  bool noted = false;
  EXPECT_TRUE(ledger.change(raise, [&]() -> base::Result<> {
    noted = !ledger.read().interfaces.empty();
    return {};
  }));
  EXPECT_TRUE(noted);
  EXPECT_FALSE(ledger.change([](aoe_mount::Changes& changes) -> base::Result<> {
    changes.interfaces.clear();
    return base::fail("it cannot be put down");
  }));
  EXPECT_EQ(ledger.read().interfaces, std::vector<std::string>{"eth0"});
}

TEST_F(InstancesTest, KnowWhoElseIsUpAndWhatTheirFilesSaid) {
  put("etc/a%b.yaml", "one");
  put("etc/lab.yaml", "two");
  const aoe_mount::Instances instances(root / "run" / "up");
  EXPECT_TRUE(instances.others(root / "etc" / "lab.yaml").empty());
  instances.remember(root / "etc" / "a%b.yaml", Origin::service);
  instances.remember(root / "etc" / "lab.yaml", Origin::service);
  EXPECT_EQ(instances.others(root / "etc" / "lab.yaml"),
            std::vector<std::string>{(root / "etc" / "a%b.yaml").string()});
  EXPECT_TRUE(fs::exists(instances.copy_of(root / "etc" / "lab.yaml")));
  instances.forget(root / "etc" / "a%b.yaml");
  EXPECT_TRUE(instances.others(root / "etc" / "lab.yaml").empty());
}

TEST_F(InstancesTest, TellServicesFromWhatWasBroughtUpByHand) {
  put("etc/a.yaml", "one");
  put("etc/lab.yaml", "two");
  const std::string lab = root / "etc" / "lab.yaml";
  const aoe_mount::Instances instances(root / "run" / "up");
  instances.remember(lab, Origin::hand);
  EXPECT_EQ(instances.others(root / "etc" / "a.yaml"), std::vector<std::string>{lab});
  EXPECT_TRUE(instances.other_services(root / "etc" / "a.yaml").empty());
  instances.remember(lab, Origin::service);
  EXPECT_EQ(instances.other_services(root / "etc" / "a.yaml"), std::vector<std::string>{lab});
  instances.remember(lab, Origin::hand);
  instances.forget(lab);
  EXPECT_TRUE(instances.others(root / "etc" / "a.yaml").empty());
}
