// PacketLink: the real Link, an AF_PACKET socket on one interface of this network namespace.
//
// Hears the frames of one EtherType that others send to us, to a group or to all; never our own, never
// another host's, never those of a VLAN or of another interface on top of this one. After opening nothing
// here touches the heap. It survives the interface going down and coming back; when the interface is removed,
// or its MTU or MAC changes, open another (net/link_monitor.h tells).
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "net/link.h"
#include "net/packet_ring.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/socket.h>

namespace net {

struct LinkOptions {
  std::uint16_t ether_type = 0;              // host order; 0x600 or more
  std::string filter{};                      // libpcap expression that narrows it further; empty: all
  std::size_t ring_bytes = 2 * 1024 * 1024;  // of locked memory, about, at the least
  std::size_t room = 0;    // frames that may come at once: the ring grows for them, to kMostRingBytes
  bool by_turns = false;   // one frame of each sender in turn; pending() then tells more than poll()
  Cost cost = nullptr;     // with by_turns: the turns that a frame takes; nullptr: one each
  std::size_t batch = 16;  // the most frames that receive() returns
};

class PacketLink final : public Link {
 public:
  // Needs CAP_NET_RAW (and, for a large send buffer, CAP_NET_ADMIN); neither is needed later.
  // Errors: the interface does not exist, is not Ethernet, is administratively down; the right is missing;
  // the filter does not compile. An interface without carrier is no error: frames come when it has one.
  static base::Result<std::unique_ptr<PacketLink>> open(const std::string& interface,
                                                        const LinkOptions& options);

  const Interface& interface() const override { return interface_; }
  int fd() const override { return socket_.get(); }
  bool pending() const override { return ring_.pending(); }
  std::span<const Frame> receive() override;
  void release() override { ring_.release(); }
  std::size_t room() const override { return ring_.room(); }
  base::Result<std::size_t> send(std::span<const OutFrame> frames) override;
  base::Result<> set_filter(const std::string& expression) override;
  void stop_hearing() override;
  LinkCounters counters() const override;

 private:
  // The kernel's struct virtio_net_hdr, whose header file is no C++: what stands before each large frame.
  struct VnetHeader {
    std::uint8_t flags = 0;
    std::uint8_t gso_type = 0;
    std::uint16_t header_bytes = 0;
    std::uint16_t gso_size = 0;
    std::uint16_t checksum_start = 0;
    std::uint16_t checksum_offset = 0;
  };

  PacketLink(Interface interface, std::uint16_t ether_type, base::Fd socket);
  base::Result<> open_senders();
  base::Result<std::size_t> send_some(std::span<const OutFrame> frames, bool large);

  Interface interface_;
  std::uint16_t ether_type_;
  base::Fd socket_;
  // Frames leave by sockets that hear nothing (protocol 0). On one that somebody waits for, each frame that
  // is through would wake them: a tenth of all time.
  base::Fd small_;
  base::Fd large_;   // sends what is_large(); only where the MTU lets such frames be
  PacketRing ring_;  // before the socket in destruction: unmapped, then closed
  std::vector<mmsghdr> messages_;
  std::vector<VnetHeader> vnet_headers_;  // one a message
  std::vector<iovec> pieces_;             // three a message: VnetHeader, head, tail
  std::uint64_t sent_ = 0;
  std::uint64_t refused_ = 0;
  mutable std::uint64_t overrun_ = 0;  // the kernel forgets its count when it is read
};

}  // namespace net
