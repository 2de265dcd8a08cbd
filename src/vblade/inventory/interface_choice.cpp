#include "vblade/inventory/interface_choice.h"

#include "aoe/target.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace vblade {

namespace {

// Longer filters cost more than they save.
constexpr std::size_t kMaxShelves = 8;

std::string names_of(std::span<const net::Interface> present) {
  std::vector<std::string> names;
  for (const auto& one : present) {
    if (one.ethernet && one.master == 0) names.push_back(one.name);
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string master_of(const net::Interface& port, std::span<const net::Interface> present) {
  const auto master = std::ranges::find(present, port.master, &net::Interface::index);
  return master == present.end() ? "another interface" : master->name;
}

bool is_glob(const std::string& pattern) {
  return pattern.find_first_of("*?[") != std::string::npos;
}

base::Result<std::vector<std::string>> choose_interfaces(std::span<const net::Interface> present,
                                                         const std::string& pattern) {
  std::vector<std::string> names;
  for (const net::Interface& one : net::matching(present, {&pattern, 1})) {
    if (one.master != 0) {
      if (is_glob(pattern)) continue;
      return base::fail("interface '{}' is a port of '{}', which takes its frames: write '{}'", pattern,
                        master_of(one, present), master_of(one, present));
    }
    if (!one.ethernet) {
      if (is_glob(pattern)) continue;
      return base::fail("interface '{}' is not Ethernet; the Ethernet interfaces here: {}", pattern,
                        names_of(present));
    }
    if (one.mtu < aoe::kMinMtu) {
      return base::fail("interface '{}' has an MTU of {}: a frame with one sector needs {}", one.name,
                        one.mtu, aoe::kMinMtu);
    }
    names.push_back(one.name);
  }
  if (!names.empty()) return names;
  if (is_glob(pattern)) {
    return base::fail("no Ethernet interface matches '{}'; those here: {}", pattern, names_of(present));
  }
  return base::fail("interface '{}' does not exist; those here: {}", pattern, names_of(present));
}

std::string request_filter(std::span<const std::uint16_t> shelves) {
  // Requests, and what another target says of its address.
  std::string filter = "(ether[14] & 0x08 = 0 or ether[19] = 1)";
  if (shelves.size() > kMaxShelves) return filter;
  filter += " and (ether[16:2] = 0xffff";
  for (const std::uint16_t shelf : shelves) filter += fmt::format(" or ether[16:2] = {}", shelf);
  return filter + ")";
}

}  // namespace vblade
