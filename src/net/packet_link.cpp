#include "net/packet_link.h"

#include "base/opener.h"
#include "net/packet_socket.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <linux/if_packet.h>

namespace net {
namespace {

// One system call sends up to this many frames.
constexpr std::size_t kSendBatch = 64;

// The kernel builds a frame of more than a page from scattered pages, unless it is told that all of it is
// header; then it takes one piece of memory, and both copies get cheaper. Such a piece is at most 16 KiB,
// with the kernel's own data.
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kLargest = 15 * 1024;

// IEEE 802 gives it to nobody ("unspecified").
constexpr std::uint16_t kNoFrames = 0xffff;

bool is_large(const OutFrame& frame) {
  const std::size_t bytes = frame.head.size() + frame.tail.size();
  return bytes > kPageBytes && bytes <= kLargest;
}

}  // namespace

PacketLink::PacketLink(Interface interface, std::uint16_t ether_type, base::Fd socket)
    : interface_(std::move(interface)),
      ether_type_(ether_type),
      socket_(std::move(socket)),
      messages_(kSendBatch),
      vnet_headers_(kSendBatch),
      pieces_(3 * kSendBatch) {}

base::Result<std::unique_ptr<PacketLink>> PacketLink::open(const std::string& name,
                                                           const LinkOptions& options) {
  auto interface = find_usable_interface(name);
  if (!interface) return std::unexpected(interface.error());

  // Protocol 0 hears nothing: filter and ring stand before bind() opens the door.
  base::Fd socket = base::opener().packet_socket(interface->name, base::PacketUse::receive);
  if (!socket && errno == EPERM)
    return base::fail_as(
        EPERM, "cannot open a packet socket on {}: Operation not permitted; run as root or with CAP_NET_RAW",
        name);
  if (!socket) return base::fail_errno(errno, "cannot open a packet socket on {}", name);

  std::unique_ptr<PacketLink> link(
      new PacketLink(std::move(*interface), options.ether_type, std::move(socket)));
  if (auto set = link->set_filter(options.filter); !set) return std::unexpected(set.error());
  const std::size_t bytes = std::max(
      options.ring_bytes, std::min(ring_bytes_for(link->interface_.mtu, options.room), kMostRingBytes));
  auto ring = PacketRing::map(link->fd(), ring_shape(link->interface_.mtu, bytes), options.batch,
                              options.by_turns, options.cost);
  if (!ring) return std::unexpected(ring.error());
  link->ring_ = std::move(*ring);
  if (auto bound = bind_to(link->fd(), link->interface_, options.ether_type); !bound)
    return std::unexpected(bound.error());
  if (auto open = link->open_senders(); !open) return std::unexpected(open.error());
  return link;
}

base::Result<> PacketLink::open_senders() {
  small_ = base::opener().packet_socket(interface_.name, base::PacketUse::send);
  if (!small_)
    return base::fail_errno(errno, "cannot open a packet socket for sending on {}", interface_.name);
  if (auto bound = bind_to(small_.get(), interface_, 0); !bound || interface_.mtu <= kPageBytes) return bound;
  // Not for all frames: this way of sending costs small ones up to 7 %.
  large_ = base::opener().packet_socket(interface_.name, base::PacketUse::send);
  const int on = 1;
  if (!large_ || ::setsockopt(large_.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0)
    return base::fail_errno(errno, "cannot open a packet socket for large frames on {}", interface_.name);
  return bind_to(large_.get(), interface_, 0);
}

std::span<const Frame> PacketLink::receive() {
  const auto frames = ring_.receive();
  if (frames.empty()) {
    // A link that goes down leaves an error that keeps the socket readable: take it, or the caller's loop
    // spins.
    int error = 0;
    socklen_t size = sizeof error;
    (void)::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  return frames;
}

base::Result<std::size_t> PacketLink::send(std::span<const OutFrame> frames) {
  std::size_t left = 0;
  while (!frames.empty()) {
    // As many as go the same way.
    const bool large = large_ && is_large(frames.front());
    std::size_t count = 1;
    while (count < std::min(frames.size(), kSendBatch) && (large_ && is_large(frames[count])) == large)
      ++count;
    const auto sent = send_some(frames.first(count), large);
    if (!sent) return sent;
    left += *sent;
    frames = frames.subspan(count);
  }
  return left;
}

base::Result<std::size_t> PacketLink::send_some(std::span<const OutFrame> frames, bool large) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& [head, tail] = frames[i];
    iovec* const pieces = &pieces_[3 * i];
    pieces[0] = {&vnet_headers_[i], sizeof vnet_headers_[i]};
    pieces[1] = {const_cast<std::byte*>(head.data()), head.size()};
    pieces[2] = {const_cast<std::byte*>(tail.data()), tail.size()};
    if (large) vnet_headers_[i].header_bytes = static_cast<std::uint16_t>(head.size() + tail.size());
    messages_[i].msg_hdr.msg_iov = large ? pieces : pieces + 1;
    messages_[i].msg_hdr.msg_iovlen = (large ? 2U : 1U) + (tail.empty() ? 0U : 1U);
  }
  const int socket = large ? large_.get() : small_.get();
  std::size_t done = 0;
  std::size_t refused = 0;
  bool retried = false;
  while (done < frames.size()) {
    const int sent =
        ::sendmmsg(socket, &messages_[done], static_cast<unsigned>(frames.size() - done), MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == ENXIO || errno == ENODEV)
      return base::fail_errno(errno, "interface {} is gone", interface_.name);
    // The error that a link left when it went down is reported once, on the next call, even if it is up
    // again.
    if (errno == ENETDOWN && !std::exchange(retried, true)) continue;
    ++done;
    ++refused;
  }
  refused_ += refused;
  sent_ += frames.size() - refused;
  return frames.size() - refused;
}

base::Result<> PacketLink::set_filter(const std::string& expression) {
  return attach_filter(socket_.get(), interface_, ether_type_, expression);
}

// A type that no frame has: with 0 it would keep its own.
void PacketLink::stop_hearing() {
  (void)bind_to(socket_.get(), interface_, kNoFrames);
}

LinkCounters PacketLink::counters() const {
  tpacket_stats statistics{};
  socklen_t size = sizeof statistics;
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0)
    overrun_ += statistics.tp_drops;
  return {.received = ring_.received(),
          .overrun = overrun_,
          .excess = ring_.excess(),
          .truncated = ring_.truncated(),
          .sent = sent_,
          .refused = refused_};
}

}  // namespace net
