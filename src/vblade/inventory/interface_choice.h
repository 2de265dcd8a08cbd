// Which interfaces an export's patterns mean on this machine.
#pragma once

#include "base/result.h"
#include "net/interface.h"

#include <span>
#include <string>
#include <vector>

namespace vblade {

// The first names of those of `present` that match the pattern by any name; never empty. Errors: nothing
// matches, not Ethernet, a port of a bridge or bond.
base::Result<std::vector<std::string>> choose_interfaces(std::span<const net::Interface> present,
                                                         const std::string& pattern);

// The name of the bridge, bond or team that takes the frames of this port.
std::string master_of(const net::Interface& port, std::span<const net::Interface> present);

bool is_glob(const std::string& pattern);

// A libpcap expression for the requests that exports with these shelves are asked, and for config responses
// of other targets there; less to look at for a server that shares an interface with others.
std::string request_filter(std::span<const std::uint16_t> shelves);

}  // namespace vblade
