// Served: an inventory with all its parts, on a machine with two interfaces and one file to export.
#pragma once

#include "disk/file_volume.h"
#include "tests/fakes/base/fake_clock.h"
#include "tests/fakes/disk/fake_engine.h"
#include "tests/fakes/vblade/fake_address_probe.h"
#include "tests/fakes/vblade/fake_debt_store.h"
#include "tests/fakes/vblade/fake_machine.h"
#include "tests/fakes/vblade/fake_path_looker.h"
#include "tests/fakes/vblade/fake_state_store.h"
#include "tests/fakes/vblade/fake_state_writer.h"
#include "tests/unit/disk/scratch_file.h"
#include "vblade/inventory/disk_watch.h"
#include "vblade/inventory/inventory.h"
#include "vblade/inventory/link_keeper.h"
#include "vblade/inventory/rollout.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

class Served : public testing::Test {
 protected:
  Served() {
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
    for (const auto& problem : rollout_.apply(server, {})) messages.push_back(problem.message);
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
  base::FakeClock clock_;
  FakeStateWriter writer_;
  vblade::StateKeeper keeper_{&writer_, [this](aoe::Address address) { return inventory_.find(address); }};
  vblade::Server server_{engine_, *pool_, clock_, keeper_};
  FakeStateStore states_;
  FakeDebtStore debts_;
  vblade::Serials serials_{""};
  FakeAddressProbe probe_;
  disk::FileVolumeOpener volumes_;
  vblade::Inventory inventory_{engine_, server_, debts_};
  vblade::Rollout rollout_{inventory_, {machine_, volumes_, states_, probe_, clock_, serials_}};
  vblade::LinkKeeper links_{machine_, server_, inventory_};
  FakePathLooker looker_;
  vblade::DiskWatch disks_{inventory_, looker_};
};
