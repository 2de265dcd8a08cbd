#include "vblade/inventory/link_keeper.h"

#include "base/log.h"
#include "net/packet_ring.h"
#include "vblade/inventory/interface_choice.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace vblade {

void LinkKeeper::follow(const std::vector<net::Interface>& present) {
  for (const auto& [name, port] : inventory_.ports()) {
    const auto now = std::find_if(present.begin(), present.end(),
                                  [&](const net::Interface& one) { return one.name == port->name; });
    if (now != present.end() && now->master != 0) {
      leave_to_master(*port, *now, present);
      continue;
    }
    if (now != present.end()) {
      follow(*port, *now);
      continue;
    }
    if (port->link() != nullptr) base::log::warning("{}: the interface is gone", name);
    port->detach();
  }
}

// A bridge or bond that took the interface in takes its frames, too: nothing would come any more.
void LinkKeeper::leave_to_master(Port& port, const net::Interface& now,
                                 std::span<const net::Interface> present) {
  if (port.link() == nullptr) return;
  const std::string master = master_of(now, present);
  base::log::error(
      "{}: not served any more: it is a port of {} now, which takes its frames; write {} in the "
      "configuration, or take it out: ip link set {} nomaster",
      port.name, master, master, port.name);
  port.detach();
}

void LinkKeeper::follow(Port& port, const net::Interface& now) {
  const bool same = port.link() != nullptr && port.link()->interface().index == now.index &&
                    port.wire.mac == now.mac && port.wire.mtu == now.mtu;
  if (!same) {
    if (now.enabled) open_again(port);
  } else if (now.up && !port.was_up) {
    base::log::info("{}: the link is up", port.name);
    for (Export* exported : port.exports.all()) server_.advertise(port, *exported);
  } else if (!now.up && port.was_up) {
    base::log::warning("{}: the link is down", port.name);
    while (server_.serve(port)) {
    }  // until nothing is left: that takes the error which keeps the socket readable
  }
  port.was_up = now.up;
}

// Without losing what the old link has heard. For a moment both hear, so what the old one had comes first,
// and again, at once, what the new one has of it: a write that is done twice must not come after a later one
// that came by another interface.
void LinkKeeper::hand_over(Port& port, std::unique_ptr<net::Link> link) {
  std::uint64_t again = 0;
  if (port.link() != nullptr) {
    port.link()->stop_hearing();
    again = port.counters.requests;
    while (server_.serve(port)) {
    }
    again = port.counters.requests - again;
  }
  port.attach(std::move(link));
  again += port.counters.requests;
  while (port.counters.requests < again && server_.serve(port)) {
  }
}

// By half again at least: a link that is opened anew is a moment's work for everybody on it.
void LinkKeeper::make_room() {
  for (const auto& [name, port] : inventory_.ports()) {
    if (port->link() == nullptr) continue;
    const std::size_t wanted = std::min(room_of(*port), net::most_room(port->wire.mtu));
    if (wanted > port->link()->room() + port->link()->room() / 2) open_again(*port);
  }
}

void LinkKeeper::open_again(Port& port) {
  auto link = machine_.open_link(port.name, filter_of(port), room_of(port));
  if (!link) {
    port.detach();
    base::log::warning("{}: {}", port.name, link.error().message);
    return;
  }
  hand_over(port, std::move(*link));
  base::log::info("{}: served again, MTU {}", port.name, port.wire.mtu);
  for (Export* exported : port.exports.all()) server_.advertise(port, *exported);
}

}  // namespace vblade
