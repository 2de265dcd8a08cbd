#include "kernel/aoe_driver.h"

#include "kernel/attribute.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

struct AoeDriver : testing::Test {
  const fs::path root = fs::path(testing::TempDir()) / ("aoe-driver-" + std::to_string(::getpid()));
  const kernel::AoeDriver driver{kernel::SystemPaths{.sysfs = root, .etherd = root / "etherd"}};

  ~AoeDriver() override { fs::remove_all(root); }
  void put(const fs::path& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  }
};

}  // namespace

TEST_F(AoeDriver, ThatIsNotThereHasNothing) {
  EXPECT_FALSE(driver.has_sysfs());
  EXPECT_FALSE(driver.loaded());
  EXPECT_FALSE(driver.has_control_files());
  EXPECT_FALSE(driver.knows("e1.0"));
  EXPECT_TRUE(driver.devices().empty());
  EXPECT_EQ(driver.version(), std::nullopt);
  EXPECT_EQ(driver.users(), std::nullopt);
}

TEST_F(AoeDriver, ShowsItsDevicesInTheOrderOfShelfAndSlot) {
  put("block/etherd!e10.0/state", "down\n");
  put("block/etherd!e2.1/state", "up,closewait\n");
  put("block/etherd!e2.1/size", "2048\n");
  put("block/etherd!e2.1/etherd!e2.1p1/partition", "1\n");
  put("block/sda/size", "1\n");
  const auto devices = driver.devices();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].name, "e2.1");
  EXPECT_TRUE(devices[0].is_up());
  EXPECT_EQ(devices[0].sectors, 2048U);
  EXPECT_EQ(devices[0].mac, std::nullopt);
  EXPECT_FALSE(devices[1].is_up());
  EXPECT_EQ(driver.partitions_of("e2.1"), Names{"e2.1p1"});
}

TEST_F(AoeDriver, TakesParametersAndCommands) {
  put("module/aoe/parameters/aoe_iflist", "eth0\n");
  put("module/aoe/refcnt", "3\n");
  put("etherd/discover", "");
  EXPECT_TRUE(driver.loaded());
  EXPECT_EQ(driver.users(), 3U);
  EXPECT_EQ(driver.parameter("aoe_iflist"), "eth0");
  ASSERT_TRUE(driver.set_parameter("aoe_iflist", "eth1 eth2"));
  EXPECT_EQ(driver.parameter("aoe_iflist"), "eth1 eth2");
  put("module/aoe/parameters/aoe_iflist", "");
  ASSERT_TRUE(driver.set_parameter("aoe_iflist", ""));
  EXPECT_EQ(driver.parameter("aoe_iflist"), std::string(1, '\0'))
      << "no write(2) of nothing reaches the driver";
  ASSERT_TRUE(driver.steer("discover", "x"));
  EXPECT_EQ(kernel::attribute(root / "etherd/discover"), "x");
  EXPECT_FALSE(driver.steer("flush", "x"));
}

TEST(InterfaceList, IsReadAsTheDriverWritesAndTakesIt) {
  EXPECT_EQ(kernel::interfaces_in("eth0,eth1"), (Names{"eth0", "eth1"}));
  EXPECT_EQ(kernel::interfaces_in(" eth0  eth1\t"), (Names{"eth0", "eth1"}));
  EXPECT_EQ(kernel::interfaces_in("none"), Names{});
  EXPECT_EQ(kernel::interfaces_in(""), Names{});
}
