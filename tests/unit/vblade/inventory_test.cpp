#include "vblade/inventory.h"

#include "aoe/header.h"
#include "tests/unit/disk/fake_engine.h"
#include "tests/unit/disk/scratch_file.h"
#include "tests/unit/vblade/fake_machine.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class Inventory : public testing::Test {
 protected:
  Inventory() {
    machine_.add("eth0");
    machine_.add("eth1");
  }

  config::Export wanted(std::uint8_t slot, std::vector<std::string> interfaces = {"eth0"}) {
    config::Export one;
    one.address = {1, slot};
    one.path = file_.path();
    one.offset = slot * std::uint64_t{65536};
    one.length = 65536;
    one.interfaces = std::move(interfaces);
    return one;
  }
  std::vector<std::string> apply(std::vector<config::Export> exports) {
    config::Server server;
    server.exports = std::move(exports);
    std::vector<std::string> messages;
    for (const auto& problem : inventory_.apply(server, {})) messages.push_back(problem.message);
    return messages;
  }
  // "1.0": what was advertised on this interface since the last call.
  std::vector<std::string> advertised(const std::string& interface) {
    std::vector<std::string> names;
    for (const auto& frame : std::exchange(machine_.links.at(interface)->sent, {})) {
      names.push_back(fmt::format("{}.{}", base::load_be<std::uint16_t>(frame.data() + 16),
                                  static_cast<unsigned>(frame[18])));
    }
    return names;
  }
  std::vector<std::string> served() {
    std::vector<std::string> names;
    for (const auto& [address, one] : inventory_.exports()) names.push_back(address.text());
    return names;
  }

  ScratchFile file_{4 << 20};
  FakeMachine machine_;
  disk::FakeEngine engine_;
  std::unique_ptr<vblade::ExchangePool> pool_ = vblade::ExchangePool::create(64).value();
  vblade::Server server_{engine_, *pool_, [] { return std::chrono::nanoseconds(0); }, [](vblade::Export&) {}};
  std::vector<std::string> opened_;
  vblade::Inventory inventory_{machine_, engine_, server_,
                               [this](vblade::Port& port) { opened_.push_back(port.name); }};
};

}  // namespace

TEST_F(Inventory, ServesAndAdvertisesWhatIsWanted) {
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth*"})}), IsEmpty());
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(opened_, ElementsAre("eth0", "eth1"));
  EXPECT_THAT(advertised("eth1"), ElementsAre("1.1"));
  EXPECT_EQ(machine_.links.at("eth0")->filter,
            "ether[14] & 0x08 = 0 and (ether[16:2] = 0xffff or ether[16:2] = 1)");
}

TEST_F(Inventory, TellsEveryProblemAndChangesNothing) {
  ASSERT_THAT(apply({wanted(0)}), IsEmpty());
  auto missing = wanted(1, {"eth7"});
  missing.path = "/nowhere";
  EXPECT_THAT(
      apply({missing, wanted(2, {"wlan*"})}),
      ElementsAre("'/nowhere' does not exist", "interface 'eth7' does not exist; those here: eth0, eth1",
                  "no Ethernet interface matches 'wlan*'; those here: eth0, eth1"));
  EXPECT_THAT(served(), ElementsAre("e1.0"));
}

TEST_F(Inventory, NamesWhatCannotCarryAoe) {
  machine_.interface("eth0").ethernet = false;
  machine_.interface("eth1").mtu = 300;
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth1"})}),
              ElementsAre("interface 'eth0' is not Ethernet; the Ethernet interfaces here: eth1",
                          "interface 'eth1' has an MTU of 300: a frame with one sector needs 548"));
}

TEST_F(Inventory, LeavesAloneWhatDidNotChange) {
  apply({wanted(0), wanted(1)});
  const vblade::Export* kept = inventory_.exports().begin()->second.get();
  const net::FakeLink* link = machine_.links.at("eth0");
  advertised("eth0");
  EXPECT_THAT(apply({wanted(0), wanted(2)}), IsEmpty());
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.2"));
  EXPECT_EQ(inventory_.exports().begin()->second.get(), kept);
  EXPECT_EQ(machine_.links.at("eth0"), link);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.2")) << "only what is new";
}

TEST_F(Inventory, KeepsWhatInitiatorsSetWhenAnExportGetsAnotherDisk) {
  apply({wanted(0)});
  inventory_.exports().begin()->second->target.config_string = {std::byte{'x'}};
  auto other = wanted(0);
  other.length = 32768;
  EXPECT_THAT(apply({other}), IsEmpty());
  const vblade::Export& now = *inventory_.exports().begin()->second;
  EXPECT_EQ(now.target.sectors, 64u);
  EXPECT_EQ(now.target.config_string.size(), 1u);
}

TEST_F(Inventory, ClosesAPortThatNobodyUsesAnyMore) {
  apply({wanted(0, {"eth0", "eth1"})});
  EXPECT_THAT(apply({wanted(0, {"eth1"})}), IsEmpty());
  EXPECT_FALSE(inventory_.ports().contains("eth0"));
  EXPECT_TRUE(inventory_.ports().contains("eth1"));
}

TEST_F(Inventory, FollowsAnInterfaceThatVanishesAndComesBack) {
  apply({wanted(0)});
  const auto everything = machine_.present;
  machine_.present.erase(machine_.present.begin());
  inventory_.follow_interfaces(machine_.present);
  EXPECT_EQ(inventory_.ports().at("eth0")->link(), nullptr);
  machine_.present = everything;
  machine_.interface("eth0").index = 17;
  machine_.interface("eth0").mtu = 9000;
  opened_.clear();
  inventory_.follow_interfaces(machine_.present);
  EXPECT_THAT(opened_, ElementsAre("eth0"));
  EXPECT_EQ(inventory_.ports().at("eth0")->wire.mtu, 9000u);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}

TEST_F(Inventory, AdvertisesWhereAnExportWasNotServedBefore) {
  apply({wanted(0), wanted(1, {"eth1"})});
  advertised("eth0");
  advertised("eth1");
  apply({wanted(0, {"eth0", "eth1"}), wanted(1, {"eth1"})});
  EXPECT_THAT(advertised("eth0"), IsEmpty());
  EXPECT_THAT(advertised("eth1"), ElementsAre("1.0"));
  inventory_.drain(*inventory_.exports().begin()->second);
  apply({wanted(0), wanted(1, {"eth1"})});
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0")) << "no longer drained";
}

TEST_F(Inventory, AdvertisesAgainWhenALinkComesUp) {
  apply({wanted(0)});
  advertised("eth0");
  machine_.interface("eth0").up = false;
  inventory_.follow_interfaces(machine_.present);
  machine_.interface("eth0").up = true;
  inventory_.follow_interfaces(machine_.present);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}

TEST_F(Inventory, AdvertisesADiskThatGrew) {
  auto whole = wanted(0);
  whole.length.reset();
  apply({whole});
  advertised("eth0");
  file_.resize(8 << 20);
  inventory_.refresh_sizes();
  EXPECT_EQ(inventory_.exports().begin()->second->target.sectors, 16384u);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}
