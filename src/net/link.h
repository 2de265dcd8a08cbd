// Link: Ethernet frames in and out of one interface, a batch at a time. Knows no AoE: the EtherType and
// the filter come from the caller. The real one is a packet socket with a memory-mapped ring
// (net/packet_link.h); tests use net/fake_link.h.
#pragma once

#include "base/bytes.h"
#include "base/mac_address.h"
#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>

namespace net {

struct Interface {
  std::string name;
  int index = 0;
  base::MacAddress mac;
  std::uint32_t mtu = 0;  // bytes of Ethernet payload
  bool up = false;        // administratively up and with carrier
};

// A frame from the destination MAC on, without FCS. Its memory is the ring's.
using Frame = base::Bytes;

// A frame to send, gathered from two pieces so that disk data need not be copied behind its header.
struct OutFrame {
  base::Bytes head;  // at least the Ethernet header
  base::Bytes tail;  // may be empty
};

class Link {
 public:
  virtual ~Link() = default;

  virtual const Interface& interface() const = 0;
  // Readable when frames wait; for epoll.
  virtual int fd() const = 0;
  // The frames that wait, oldest first, at most a batch; empty when none. They stay valid until release().
  virtual std::span<const Frame> receive() = 0;
  virtual void release() = 0;
  // Sends all frames in as few system calls as it takes, in order, without blocking. Frames that the
  // interface refuses (queue full, link down, too long) are dropped and counted, as Ethernet may: the
  // initiator asks again. Returns how many left; an error only when the link is gone for good.
  virtual base::Result<std::size_t> send(std::span<const OutFrame> frames) = 0;
};

}  // namespace net
