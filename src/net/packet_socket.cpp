#include "net/packet_socket.h"

#include "net/filter.h"

#include <cerrno>
#include <vector>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

namespace net {

namespace {

base::Result<> attach(int socket, std::vector<sock_filter> program, const std::string& interface) {
  const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
  if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached) < 0)
    return base::fail_errno(errno, "cannot attach a packet filter of {} steps to {}", program.size(),
                            interface);
  return {};
}

bool is_locked(int socket) {
  int locked = 0;
  socklen_t size = sizeof locked;
  return ::getsockopt(socket, SOL_SOCKET, SO_LOCK_FILTER, &locked, &size) == 0 && locked != 0;
}

}  // namespace

base::Result<> attach_filter(int socket, const Interface& interface, std::uint16_t ether_type,
                             const std::string& expression) {
  auto program = compile_filter(ether_type, expression, interface.index);
  if (!program) return std::unexpected(program.error());
  if (is_locked(socket)) return {};
  return attach(socket, std::move(*program), interface.name);
}

base::Result<> bind_to(int socket, const Interface& interface, std::uint16_t ether_type) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ether_type);
  address.sll_ifindex = interface.index;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
    return base::fail_errno(errno, "cannot bind to interface {}", interface.name);
  return {};
}

base::Fd locked_packet_socket(const Interface& interface, std::uint16_t ether_type, base::PacketUse use) {
  const bool hears = use == base::PacketUse::receive;
  base::Fd socket = base::DirectOpener().packet_socket(interface.name, use);
  if (!socket) return socket;
  const auto filtered = hears ? attach_filter(socket.get(), interface, ether_type, "")
                              : attach(socket.get(), {BPF_STMT(BPF_RET | BPF_K, 0)}, interface.name);
  const int on = 1;
  const bool done = filtered && ::setsockopt(socket.get(), SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on) == 0 &&
                    bind_to(socket.get(), interface, hears ? ether_type : 0);
  if (!done) {
    const int reason = errno;
    socket.reset();
    errno = reason;
  }
  return socket;
}

}  // namespace net
