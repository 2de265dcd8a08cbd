#include "net/interface.h"

#include <algorithm>
#include <cerrno>

#include <fmt/ranges.h>
#include <fnmatch.h>

namespace net {

base::Error no_such_interface(const std::string& name) {
  std::vector<std::string> names;
  if (const auto all = interfaces()) {
    for (const Interface& one : *all) names.push_back(one.name);
  }
  return {fmt::format("interface \"{}\" does not exist; there are: {}", name, fmt::join(names, ", ")),
          ENODEV};
}

base::Result<Interface> find_interface(const std::string& name) {
  const auto all = interfaces();
  if (!all) return std::unexpected(all.error());
  const auto found = std::ranges::find(*all, name, &Interface::name);
  if (found == all->end()) return std::unexpected(no_such_interface(name));
  return *found;
}

base::Result<Interface> find_usable_interface(const std::string& name) {
  auto interface = find_interface(name);
  if (!interface) return interface;
  if (!interface->ethernet) return base::fail("interface {} does not carry Ethernet frames", name);
  if (!interface->enabled)
    return base::fail_as(ENETDOWN, "interface {} is down; set it up: {}", name, raising_command(name));
  return interface;
}

std::vector<Interface> matching(std::span<const Interface> all, std::span<const std::string> patterns) {
  std::vector<Interface> found;
  for (const Interface& one : all) {
    const bool wanted = std::ranges::any_of(patterns, [&](const std::string& pattern) {
      return pattern == one.name || ::fnmatch(pattern.c_str(), one.name.c_str(), 0) == 0;
    });
    if (wanted) found.push_back(one);
  }
  return found;
}

}  // namespace net
