// Link: Ethernet frames in and out of one interface, a batch at a time. Knows no AoE: the EtherType and
// the filter come from the caller. The real one is a packet socket with a memory-mapped ring
// (net/packet_link.h); tests use tests/fakes/net/fake_link.h.
#pragma once

#include "base/bytes.h"
#include "base/mac_address.h"
#include "base/result.h"
#include "net/interface.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace net {

// A frame from the destination MAC on, without FCS. Its memory is the ring's.
using Frame = base::Bytes;

// A frame to send, gathered from two pieces so that disk data need not be copied behind its header.
struct OutFrame {
  base::Bytes head;  // at least the Ethernet header
  base::Bytes tail;  // may be empty
};

// What went through a link since it was opened, in frames.
struct LinkCounters {
  std::uint64_t received = 0;
  std::uint64_t overrun = 0;    // lost because the ring was full
  std::uint64_t excess = 0;     // dropped because their sender had too many waiting
  std::uint64_t truncated = 0;  // dropped because they were longer than the MTU at opening
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;  // not sent: queue full, link down, too long, memory gone
};

class Link {
 public:
  virtual ~Link() = default;

  virtual const Interface& interface() const = 0;
  // Readable when frames wait, or an error that receive() takes.
  virtual int fd() const = 0;
  // True when frames wait. Costs one load from memory and no system call: for a loop that spins.
  virtual bool pending() const = 0;
  // The frames that wait, oldest first, at most a batch; empty when none. They stay valid until release()
  // or the next receive(), which releases first.
  virtual std::span<const Frame> receive() = 0;
  virtual void release() = 0;
  // Frames that may wait; what comes beyond is lost.
  virtual std::size_t room() const = 0;
  // Sends all frames in as few system calls as it takes, in order, without blocking. Frames that the
  // interface refuses (queue full, link down, too long) are dropped and counted, as Ethernet may: the
  // initiator asks again. Returns how many left; an error only when the link is gone for good.
  virtual base::Result<std::size_t> send(std::span<const OutFrame> frames) = 0;
  // Replaces the filter by another libpcap expression, between two frames; on error the old one stays. In a
  // process without rights the filter of its opener stays, which lets more through.
  virtual base::Result<> set_filter(const std::string& expression) = 0;
  // From now on nothing new comes; what waits can still be received.
  virtual void stop_hearing() = 0;
  virtual LinkCounters counters() const = 0;
};

}  // namespace net
