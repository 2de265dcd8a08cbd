// Filter: what a packet socket lets through, as a program of the classic BPF machine.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

#include <linux/filter.h>

namespace net {

// Frames of this EtherType that `expression` (libpcap's language; empty: all) lets through and that are meant
// for this machine: to its own address, to a group or to all. Others' unicast, which an interface in
// promiscuous mode hears too, and tagged VLAN frames, which the kernel marks alike, end in the kernel.
// `interface_index`: only frames that belong to this interface; 0: to any. The kernel also hands a socket the
// frames of interfaces on top of its own (a VLAN, a macvlan, a bond), which are another network's.
// The error names the expression and quotes libpcap.
base::Result<std::vector<sock_filter>> compile_filter(std::uint16_t ether_type, const std::string& expression,
                                                      int interface_index);

}  // namespace net
