#include "net/interface.h"

#include "base/fd.h"
#include "net/link_message.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/ranges.h>
#include <fnmatch.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace net {
namespace {

base::Result<> no_such_interface(const std::string& name) {
  std::vector<std::string> names;
  if (const auto all = interfaces()) {
    for (const Interface& one : *all) names.push_back(one.name);
  }
  return std::unexpected(base::Error{
      fmt::format("interface \"{}\" does not exist; there are: {}", name, fmt::join(names, ", ")), ENODEV});
}

// Runs one interface ioctl. `doing` completes "cannot ...".
base::Result<> control(unsigned long request, ifreq& argument, const std::string& doing) {
  const base::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return base::fail_errno(errno, "cannot {}", doing);
  if (::ioctl(socket.get(), request, &argument) == 0) return {};
  if (errno == ENODEV) return no_such_interface(argument.ifr_name);
  if (errno == EPERM)
    return std::unexpected(base::Error{
        fmt::format("cannot {}: Operation not permitted; run as root (it needs CAP_NET_ADMIN)", doing),
        EPERM});
  return base::fail_errno(errno, "cannot {}", doing);
}

base::Result<ifreq> request_for(const std::string& name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof request.ifr_name) {
    if (auto missing = no_such_interface(name); !missing) return std::unexpected(missing.error());
  }
  std::memcpy(request.ifr_name, name.data(), name.size());
  return request;
}

base::Result<> set_enabled(const std::string& name, bool enabled) {
  auto request = request_for(name);
  if (!request) return std::unexpected(request.error());
  const std::string doing = fmt::format("set interface {} {}", name, enabled ? "up" : "down");
  if (auto asked = control(SIOCGIFFLAGS, *request, doing); !asked) return asked;
  if (((request->ifr_flags & IFF_UP) != 0) == enabled) return {};
  request->ifr_flags = static_cast<short>(request->ifr_flags ^ IFF_UP);
  return control(SIOCSIFFLAGS, *request, doing);
}

}  // namespace

base::Result<std::vector<Interface>> interfaces() {
  auto socket = open_netlink(0);
  if (!socket) return std::unexpected(socket.error());
  return dump_links(**socket);
}

base::Result<Interface> find_interface(const std::string& name) {
  const auto all = interfaces();
  if (!all) return std::unexpected(all.error());
  const auto found = std::ranges::find(*all, name, &Interface::name);
  if (found == all->end()) return std::unexpected(no_such_interface(name).error());
  return *found;
}

base::Result<Interface> find_usable_interface(const std::string& name) {
  auto interface = find_interface(name);
  if (!interface) return interface;
  if (!interface->ethernet) return base::fail("interface {} does not carry Ethernet frames", name);
  if (!interface->enabled)
    return std::unexpected(
        base::Error{fmt::format("interface {} is down; set it up: ip link set {} up", name, name), ENETDOWN});
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

base::Result<> raise_interface(const std::string& name) {
  return set_enabled(name, true);
}

base::Result<> lower_interface(const std::string& name) {
  return set_enabled(name, false);
}

base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) {
  auto request = request_for(name);
  if (!request) return std::unexpected(request.error());
  request->ifr_mtu = static_cast<int>(mtu);
  return control(SIOCSIFMTU, *request, fmt::format("set the MTU of interface {} to {}", name, mtu));
}

}  // namespace net
