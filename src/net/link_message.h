// The kernel's rtnetlink messages about interfaces, read into Interface: Linux's half of interface.h,
// and what link_monitor.cpp hears. No other header shows libmnl.
#pragma once

#include "base/result.h"
#include "net/interface.h"

#include <memory>
#include <optional>
#include <vector>

#include <libmnl/libmnl.h>

namespace net {

struct CloseNetlink {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Netlink = std::unique_ptr<mnl_socket, CloseNetlink>;

// A routing socket that hears these multicast groups (RTMGRP_*), or none.
base::Result<Netlink> open_netlink(unsigned groups);

// nullopt: the message is cut short or has no name.
std::optional<Interface> read_link_message(const nlmsghdr& message);

// Asks for all links and reads the answer.
base::Result<std::vector<Interface>> dump_links(mnl_socket& socket);

}  // namespace net
