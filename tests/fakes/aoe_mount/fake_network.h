// FakeNetwork: interfaces that a test arranges.
#pragma once

#include "tests/fakes/aoe_mount/fake_state.h"

namespace tests {

class FakeNetwork : public virtual FakeState, public aoe_mount::Network {
 public:
  std::vector<net::Interface> network;
  std::set<std::string> absent_interfaces;
  std::set<std::string> down_interfaces;
  std::map<std::string, std::string> interface_users;
  net::Interface& add_interface(const std::string& name, std::uint8_t last_octet, bool carrier = true) {
    net::Interface interface;
    interface.name = name;
    interface.index = static_cast<int>(network.size()) + 2;
    interface.mac = {{0x52, 0x54, 0, 0, 0, last_octet}};
    interface.ethernet = interface.enabled = true;
    interface.up = carrier;
    network.push_back(interface);
    return network.back();
  }

  base::Result<std::vector<net::Interface>> interfaces() override { return network; }
  base::Result<bool> raise(const std::string& name) override {
    if (absent_interfaces.contains(name)) return base::fail("there is no interface {}", name);
    asked.push_back("raise " + name);
    if (down_interfaces.erase(name) == 0) return false;
    changed.interfaces.push_back(name);
    return true;
  }
  base::Result<> lower(const std::string& name) override {
    asked.push_back("lower " + name);
    std::erase(changed.interfaces, name);
    return {};
  }
  std::string user_of(const std::string& name) override { return interface_users[name]; }
  base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) override {
    asked.push_back(fmt::format("mtu {} {}", name, mtu));
    return {};
  }
  base::Result<> restore_mtu(const std::string& name) override {
    asked.push_back("restore mtu " + name);
    changed.mtus.erase(name);
    return {};
  }
};

}  // namespace tests
