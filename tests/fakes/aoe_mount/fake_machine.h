// FakeMachine: a World whose clock jumps to the next thing that happens, whose devices appear when a test
// says so, and which remembers all that was asked of it. It is all four parts at once, so that a test
// arranges and looks at one object.
#pragma once

#include "tests/fakes/aoe_mount/fake_driver.h"
#include "tests/fakes/aoe_mount/fake_network.h"
#include "tests/fakes/aoe_mount/fake_tasks.h"

namespace tests {

class FakeMachine : public FakeDriver, public FakeNetwork, public FakeTasks, public aoe_mount::Inspector {
 public:
  std::map<std::string, std::vector<std::string>> users;  // by directory
  std::map<std::string, std::string> links;               // of /dev

  // NOLINTNEXTLINE(google-explicit-constructor): a test passes the machine where a World is wanted
  operator aoe_mount::World() { return {*this, *this, *this, *this}; }

  kernel::Snapshot look() override {
    for (auto& device : world.devices) {
      if (device.is_target()) device.in_flight = in_flight_of(device);
    }
    return world;
  }
  std::vector<std::string> users_of(const std::string& directory) override { return users[directory]; }
  std::vector<kernel::MountElsewhere> mounts_elsewhere() override { return elsewhere; }
  std::string resolve(const std::string& path) override {
    const auto link = links.find(path);
    return link != links.end() ? link->second : path;
  }
  aoe_mount::Changes changes() override { return changed; }
  std::string problem_of_ledger;
  std::string ledger_problem() override { return problem_of_ledger; }
};

}  // namespace tests
