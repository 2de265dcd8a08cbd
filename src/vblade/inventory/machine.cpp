#include "vblade/inventory/machine.h"

#include "aoe/cost.h"
#include "aoe/header.h"
#include "net/packet_link.h"
#include "vblade/process/opener_process.h"

#include <cerrno>
#include <cstddef>

#include <sys/socket.h>
#include <sys/un.h>

namespace vblade {

base::Result<std::vector<net::Interface>> RealMachine::interfaces() {
  return net::interfaces();
}

base::Result<std::unique_ptr<net::Link>> RealMachine::open_link(const std::string& interface,
                                                                const std::string& filter, std::size_t room) {
  auto link = net::PacketLink::open(interface, {.ether_type = aoe::kEtherType,
                                                .filter = filter,
                                                .room = room,
                                                .by_turns = true,
                                                .cost = aoe::turns_of});
  if (!link) return std::unexpected(link.error());
  return std::unique_ptr<net::Link>(std::move(*link));
}

std::vector<DiskHolder> RealMachine::disk_holders() {
  return opener_ != nullptr ? opener_->disk_holders() : find_disk_holders();
}

// A name that only one socket of the network namespace can have: it goes with the process, whatever becomes
// of that.
base::Result<base::Fd> RealMachine::claim_address(aoe::Address address, const std::string& interface) {
  const std::string name = fmt::format("vblade {} {}", address.text(), interface);
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  name.copy(place.sun_path + 1, sizeof place.sun_path - 1);  // behind a NUL: in no directory
  const auto* at = reinterpret_cast<const sockaddr*>(&place);
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket && ::bind(socket.get(), at, bytes) == 0 && ::listen(socket.get(), SOMAXCONN) == 0) return socket;
  if (errno != EADDRINUSE) return base::fail_errno(errno, "cannot claim {} on {}", address.text(), interface);
  ucred holder{};
  socklen_t size = sizeof holder;
  const base::Fd visitor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(visitor.get(), at, bytes) == 0)
    (void)::getsockopt(visitor.get(), SOL_SOCKET, SO_PEERCRED, &holder, &size);
  return base::fail_as(
      EADDRINUSE, "{} is already served on {} by {} of this machine: stop it, or choose another address",
      address.text(), interface, holder.pid > 0 ? fmt::format("process {}", holder.pid) : "another process");
}

std::vector<OldServer> RealMachine::old_servers() {
  return opener_ != nullptr ? opener_->old_servers() : find_old_servers();
}

}  // namespace vblade
