// The list of interfaces where there is no rtnetlink: FreeBSD, NetBSD, OpenBSD and macOS.
#include "net/interface.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <sys/socket.h>
#include <sys/types.h>

namespace net {

base::Result<std::vector<Interface>> interfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0)
    return base::fail_errno(errno, "cannot ask the kernel for network interfaces");
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
  std::vector<Interface> found;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    // Each interface has one address of the link layer, with what the kernel knows of it.
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_LINK || one->ifa_data == nullptr) continue;
    const auto* link = reinterpret_cast<const sockaddr_dl*>(one->ifa_addr);
    Interface interface;
    interface.name = one->ifa_name;
    interface.index = link->sdl_index;
    interface.mtu = static_cast<std::uint32_t>(static_cast<const if_data*>(one->ifa_data)->ifi_mtu);
    interface.enabled = (one->ifa_flags & IFF_UP) != 0;
    interface.up = interface.enabled && (one->ifa_flags & IFF_RUNNING) != 0;
    interface.ethernet = link->sdl_type == IFT_ETHER;
    if (link->sdl_alen == base::MacAddress::kBytes)
      interface.mac =
          base::MacAddress::load(reinterpret_cast<const std::byte*>(link->sdl_data + link->sdl_nlen));
    found.push_back(std::move(interface));
  }
  std::ranges::sort(found, {}, &Interface::index);
  return found;
}

std::string raising_command(const std::string& name) {
  return fmt::format("ifconfig {} up", name);
}

}  // namespace net
