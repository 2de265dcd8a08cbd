#include "vblade/inventory/machine.h"

#include "aoe/header.h"
#include "net/packet_link.h"
#include "vblade/process/opener_process.h"

namespace vblade {

base::Result<std::vector<net::Interface>> RealMachine::interfaces() {
  return net::interfaces();
}

base::Result<std::unique_ptr<net::Link>> RealMachine::open_link(const std::string& interface,
                                                                const std::string& filter) {
  auto link = net::PacketLink::open(interface, {.ether_type = aoe::kEtherType, .filter = filter});
  if (!link) return std::unexpected(link.error());
  return std::unique_ptr<net::Link>(std::move(*link));
}

std::vector<OldServer> RealMachine::old_servers() {
  return opener_ != nullptr ? opener_->old_servers() : find_old_servers();
}

}  // namespace vblade
