// Interfaces set up and down, by ioctl: Linux.
#include "base/fd.h"
#include "net/interface.h"

#include <cerrno>

#include <fmt/format.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace net {
namespace {

// Runs one interface ioctl. `doing` completes "cannot ...".
base::Result<> control(unsigned long request, ifreq& argument, const std::string& doing) {
  const base::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return base::fail_errno(errno, "cannot {}", doing);
  if (::ioctl(socket.get(), request, &argument) == 0) return {};
  if (errno == ENODEV) return std::unexpected(no_such_interface(argument.ifr_name));
  if (errno == EPERM)
    return base::fail_as(EPERM, "cannot {}: Operation not permitted; run as root (it needs CAP_NET_ADMIN)",
                         doing);
  return base::fail_errno(errno, "cannot {}", doing);
}

// These requests have room for the first of its names only.
base::Result<ifreq> request_for(const std::string& name) {
  ifreq request{};
  const auto interface = find_interface(name);
  if (!interface) return std::unexpected(interface.error());
  interface->name.copy(request.ifr_name, sizeof request.ifr_name - 1);
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
