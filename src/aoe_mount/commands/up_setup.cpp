#include "aoe_mount/commands/up_setup.h"

#include "aoe_mount/commands/driver_setup.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

// One of several paths may be missing; none at all is the end.
bool raise_interfaces(const config::Client& client, const World& world, Progress& progress) {
  std::size_t usable = 0;
  for (const config::Interface& interface : client.interfaces) {
    if (interface.mtu) {
      if (const auto set = world.network.set_mtu(interface.name, *interface.mtu); !set)
        progress.error("{}", set.error().message);
    }
    const auto raised = world.network.raise(interface.name);
    if (!raised) {
      progress.error("{}", raised.error().message);
      continue;
    }
    ++usable;
    progress.ok("interface {} {}", interface.name, *raised ? "raised" : "is up");
  }
  return usable > 0 || client.interfaces.empty();
}

// The driver has one list of interfaces and one set of parameters for all configurations. A longer patience
// and a lower limit of requests are safe for each of them.
struct SharedSettings {
  std::vector<std::string> interfaces;  // none: all
  config::DriverSettings driver;
};

SharedSettings shared_settings(const config::Client& client, const std::vector<config::Client>& others) {
  SharedSettings shared{{}, client.driver};
  bool all = client.interfaces.empty();
  const auto add = [&](const config::Client& other) {
    all = all || other.interfaces.empty();
    for (const auto& interface : other.interfaces) {
      if (std::ranges::count(shared.interfaces, interface.name) == 0)
        shared.interfaces.push_back(interface.name);
    }
    auto& [deadsecs, maxout] = shared.driver;
    if (other.driver.deadsecs) deadsecs = std::max(deadsecs.value_or(0), *other.driver.deadsecs);
    if (other.driver.maxout) maxout = std::min(maxout.value_or(*other.driver.maxout), *other.driver.maxout);
  };
  add(client);
  for (const config::Client& other : others) add(other);
  if (all) shared.interfaces.clear();
  return shared;
}

bool configure_driver(const config::Client& client, const std::vector<config::Client>& others,
                      const World& world, Progress& progress) {
  const SharedSettings shared = shared_settings(client, others);
  const auto& names = shared.interfaces;
  const auto good = [&](const base::Result<>& result) {
    if (!result) progress.error("{}", result.error().message);
    return result.has_value();
  };
  const auto& settings = shared.driver;
  if (settings.deadsecs && !good(world.driver.set_parameter("aoe_deadsecs", *settings.deadsecs)))
    return false;
  if (settings.maxout && !good(world.driver.set_parameter("aoe_maxout", *settings.maxout))) return false;
  if (!good(use_interfaces(names, world, progress))) return false;
  progress.step("asking {} for targets",
                names.empty() ? "all interfaces" : fmt::format("{}", fmt::join(names, ", ")));
  return good(world.driver.discover());
}

}  // namespace

bool prepare_up(const config::Client& client, const std::vector<config::Client>& others, const World& world,
                Progress& progress) {
  if (!set_up_driver(world, progress)) return false;
  if (const auto result = world.driver.restore_deadsecs(); !result)
    progress.warning("{}", result.error().message);
  return raise_interfaces(client, world, progress) && configure_driver(client, others, world, progress);
}

}  // namespace aoe_mount
