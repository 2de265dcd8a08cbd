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
  auto found = std::ranges::find(*all, name, &Interface::name);
  if (found == all->end()) {
    found = std::ranges::find_if(*all, [&](const Interface& one) {
      return std::ranges::find(one.other_names, name) != one.other_names.end();
    });
  }
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
      const auto is_meant = [&](const std::string& name) {
        return pattern == name || ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
      };
      return is_meant(one.name) || std::ranges::any_of(one.other_names, is_meant);
    });
    if (wanted) found.push_back(one);
  }
  return found;
}

}  // namespace net
