// Packet sockets of one interface: their filter and their binding.
#pragma once

#include "base/opener.h"
#include "base/result.h"
#include "net/interface.h"

#include <cstdint>
#include <string>

namespace net {

// Lets frames of `ether_type` through that belong to the interface and that `expression` (libpcap's language)
// lets. A socket whose filter is locked keeps that one, which is no error.
base::Result<> attach_filter(int socket, const Interface& interface, std::uint16_t ether_type,
                             const std::string& expression);

// `ether_type` 0: it hears nothing.
base::Result<> bind_to(int socket, const Interface& interface, std::uint16_t ether_type);

// For a process without rights: bound, filtered, and the filter locked. Whatever that process does with it,
// it hears frames of this type and interface only, and a sender hears nothing. Empty, with errno set, on an
// error.
base::Fd locked_packet_socket(const Interface& interface, std::uint16_t ether_type, base::PacketUse use);

}  // namespace net
