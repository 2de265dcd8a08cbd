#include "aoe_mount/machine/real_network.h"

#include "kernel/interface_users.h"

#include <algorithm>

namespace aoe_mount {

base::Result<std::vector<net::Interface>> RealNetwork::interfaces() {
  return net::interfaces();
}

base::Result<bool> RealNetwork::raise(const std::string& name) {
  const auto interface = net::find_interface(name);
  if (!interface) return std::unexpected(interface.error());
  if (interface->enabled) return false;
  const auto note = [&](Changes& changes) -> base::Result<> {
    auto& raised = changes.interfaces;
    if (std::find(raised.begin(), raised.end(), name) == raised.end()) raised.push_back(name);
    return {};
  };
  if (const auto raised = ledger_.change(note, [&] { return net::raise_interface(name); }); !raised)
    return std::unexpected(raised.error());
  return true;
}

base::Result<> RealNetwork::lower(const std::string& name) {
  return ledger_.change([&](Changes& changes) -> base::Result<> {
    // An interface that has gone is as good as down.
    if (net::find_interface(name)) {
      if (auto lowered = net::lower_interface(name); !lowered) return lowered;
    }
    std::erase(changes.interfaces, name);
    return {};
  });
}

std::string RealNetwork::user_of(const std::string& name) {
  const auto interface = net::find_interface(name);
  return interface ? kernel::interface_user(paths_, name, interface->index) : std::string();
}

base::Result<> RealNetwork::set_mtu(const std::string& name, std::uint32_t mtu) {
  const auto interface = net::find_interface(name);
  if (!interface) return std::unexpected(interface.error());
  if (interface->mtu == mtu) return {};
  const auto note = [&](Changes& changes) -> base::Result<> {
    changes.mtus.emplace(name, interface->mtu);
    return {};
  };
  return ledger_.change(note, [&] { return net::set_mtu(name, mtu); });
}

base::Result<> RealNetwork::restore_mtu(const std::string& name) {
  return ledger_.change([&](Changes& changes) -> base::Result<> {
    const auto before = changes.mtus.extract(name);
    if (before.empty() || !net::find_interface(name)) return {};
    return net::set_mtu(name, before.mapped());
  });
}

}  // namespace aoe_mount
