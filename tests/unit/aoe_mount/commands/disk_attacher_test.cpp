#include "aoe_mount/commands/disk_attacher.h"

#include "tests/fakes/aoe_mount/fake_machine.h"
#include "tests/unit/aoe_mount/progress_log.h"

#include <gtest/gtest.h>

namespace {

using tests::milliseconds;
using Asked = std::vector<std::string>;

struct Attach : testing::Test {
  aoe_mount::DiskRequest request{{{{1, 0}, 2}}, {}, milliseconds(30'000)};
  tests::FakeMachine machine;
  tests::ProgressLog log;

  bool attach() { return aoe_mount::attach_disks(request, machine, log.progress); }
};

}  // namespace

TEST_F(Attach, TellsTheWholeWayFromTheDriverToTheDisk) {
  machine.driver = false;
  machine.down_interfaces = {"eth0"};
  machine.add_interface("eth0", 1);
  machine.add_interface("eth1", 2);
  request.interfaces = {"eth0"};
  machine.at(milliseconds(200), [&] { machine.add_aoe("e1.0"); });
  machine.at(milliseconds(250), [&] { machine.add_aoe("e1.0p2", 10ULL << 30); });
  EXPECT_TRUE(attach());
  EXPECT_EQ(machine.asked, (Asked{"load driver", "raise eth0", "use [eth0]"}));
  EXPECT_EQ(log.text,
            "  loading the driver aoe\n"
            "+ interface eth0 (52:54:00:00:00:01) raised\n"
            "  waiting for e1.0p2, up to 30 s\n"
            "+ /dev/etherd/e1.0p2 is there (10.0 GiB)\n");
}

TEST_F(Attach, AnInterfaceByItsAddressMayComeLate) {
  request.interfaces = {"52:54:00:00:00:07"};
  machine.add_interface("eth0", 1);
  machine.at(milliseconds(4000), [&] { machine.add_interface("eth9", 7); });
  machine.at(milliseconds(6000), [&] {
    machine.add_aoe("e1.0");
    machine.add_aoe("e1.0p2");
  });
  EXPECT_TRUE(attach());
  EXPECT_EQ(machine.asked, (Asked{"raise eth9", "use [eth9]"}));
  EXPECT_LE(machine.time, milliseconds(8000));
  EXPECT_GE(machine.discoveries, 2);
}

TEST_F(Attach, WithoutANameItTakesAllThatCarryEthernet) {
  machine.add_interface("lo", 0).mac = {};
  machine.add_interface("tun0", 3).ethernet = false;
  machine.add_interface("eth0", 1);
  machine.add_interface("eth1", 2);
  machine.add_aoe("e1.0");
  machine.add_aoe("e1.0p2");
  EXPECT_TRUE(attach());
  EXPECT_EQ(machine.asked, (Asked{"raise eth0", "raise eth1", "use []"}));
}

TEST_F(Attach, SaysInTheEndWhatIsMissingAndWhatStandsInTheWay) {
  machine.add_interface("eth0", 1, false);
  request.interfaces = {"eth0", "eth7"};
  request.disks.push_back({{2, 5}, std::nullopt});
  request.wait = milliseconds(20'000);
  machine.add_aoe("e1.0");
  EXPECT_FALSE(attach());
  EXPECT_EQ(machine.time, milliseconds(20'000));
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "+ interface eth0 (52:54:00:00:00:01) is up\n"
            "  waiting for e1.0p2, e2.5, up to 20 s\n"
            "  waiting for 15 s: e1.0 is there, but no partition 2 appeared on it; e2.5 did not appear; "
            "there is no "
            "interface eth7; there are: eth0 (52:54:00:00:00:01); interface eth0 has no carrier\n"
            "! e1.0 is there, but no partition 2 appeared on it within 20 s\n"
            "! e2.5 did not appear within 20 s\n"
            "! there is no interface eth7; there are: eth0 (52:54:00:00:00:01)\n"
            "! interface eth0 has no carrier\n");
}

TEST_F(Attach, AMachineWithoutInterfacesSaysSo) {
  request.wait = milliseconds(1000);
  EXPECT_FALSE(attach());
  EXPECT_TRUE(log.text.ends_with("! e1.0p2 did not appear within 1 s\n! there is no Ethernet interface\n"))
      << log.text;
  EXPECT_EQ(machine.discoveries, 0);
}

TEST_F(Attach, WithoutADriverItSaysSoAndStops) {
  machine.has_no_driver_at_all();
  EXPECT_FALSE(attach());
  EXPECT_EQ(log.text, "  loading the driver aoe\n! the kernel has no driver aoe\n");
}

TEST_F(Attach, AnInterfaceThatCannotBeRaisedIsToldOnce) {
  machine.add_interface("eth0", 1);
  machine.absent_interfaces = {"eth0"};
  request.wait = milliseconds(3000);
  EXPECT_FALSE(attach());
  EXPECT_EQ(log.text,
            "+ the driver aoe is there\n"
            "! there is no interface eth0\n"
            "  waiting for e1.0p2, up to 3 s\n"
            "! e1.0p2 did not appear within 3 s\n");
}
