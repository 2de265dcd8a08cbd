// Interface: one of this machine's network interfaces, what it is, and how to set it up.
// All of it concerns the calling thread's network namespace.
#pragma once

#include "base/mac_address.h"
#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace net {

struct Interface {
  std::string name;
  int index = 0;
  base::MacAddress mac{};
  std::uint32_t mtu = 0;  // bytes of Ethernet payload
  bool up = false;        // administratively up and with carrier
  bool enabled = false;   // administratively up
  bool ethernet = false;  // carries Ethernet frames, as loopback does too
  bool loopback = false;
  int master = 0;  // index of the bridge, bond or team that takes its frames; 0: it keeps them
  std::vector<std::string> other_names{};  // that it answers to, besides `name`

  friend bool operator==(const Interface&, const Interface&) = default;
};

// All interfaces, by index. From the routing socket on Linux (link_message.cpp), from getifaddrs() elsewhere
// (interface_list_bsd.cpp).
base::Result<std::vector<Interface>> interfaces();

// What to type so that this interface goes up: advice for people.
std::string raising_command(const std::string& name);

// The one with this name, which may be one of its other names. The error lists those that exist.
base::Result<Interface> find_interface(const std::string& name);

// The error of one that is not there.
base::Error no_such_interface(const std::string& name);

// As find_interface(), and frames can be exchanged on it now or once it has carrier: an error as well when it
// does not carry Ethernet frames or is administratively down.
base::Result<Interface> find_usable_interface(const std::string& name);

// Those of `all` with a name that matches one of `patterns`: names or shell globs ("eth*", "enp[12]s0"); in
// the order of `all`.
std::vector<Interface> matching(std::span<const Interface> all, std::span<const std::string> patterns);

// `ip link set NAME up`: without touching addresses. No error when it is up already. Needs CAP_NET_ADMIN.
base::Result<> raise_interface(const std::string& name);

// `ip link set NAME down`. No error when it is down already. Needs CAP_NET_ADMIN.
base::Result<> lower_interface(const std::string& name);

// `ip link set NAME mtu MTU`. Needs CAP_NET_ADMIN.
base::Result<> set_mtu(const std::string& name, std::uint32_t mtu);

}  // namespace net
