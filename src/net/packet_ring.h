// PacketRing: the kernel's memory-mapped receive ring (TPACKET_V2) of a packet socket. Internal to
// PacketLink.
//
// Slots are used in turn. The kernel fills one and flips its status word to "user"; we read it and flip it
// back to "kernel" on release(). No system call on the way.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "net/link.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace net {

// How the ring's memory is cut. The kernel wants blocks of whole pages and no slot across two blocks.
struct RingShape {
  std::uint32_t slot_bytes = 0;
  std::uint32_t slots_per_block = 0;
  std::uint32_t block_bytes = 0;
  std::uint32_t blocks = 0;

  std::size_t slots() const { return std::size_t{slots_per_block} * blocks; }
  std::size_t bytes() const { return std::size_t{block_bytes} * blocks; }
};

// A ring of about `ring_bytes` whose slots hold a frame of this MTU; at least kMinSlots slots.
// A slot never exceeds 64 KiB: an interface with a larger MTU (loopback) loses only frames longer than that.
RingShape ring_shape(std::uint32_t mtu, std::size_t ring_bytes);

class PacketRing {
 public:
  static constexpr std::size_t kMinSlots = 32;

  PacketRing() = default;
  PacketRing(PacketRing&& other) noexcept;
  PacketRing& operator=(PacketRing&& other) noexcept;
  PacketRing(const PacketRing&) = delete;
  PacketRing& operator=(const PacketRing&) = delete;
  ~PacketRing();

  // Gives `socket` a ring. `batch`: the most frames that receive() returns at once.
  static base::Result<PacketRing> map(int socket, const RingShape& shape, std::size_t batch);

  bool pending() const;
  // As Link::receive() and release().
  std::span<const Frame> receive();
  void release();
  std::uint64_t received() const { return received_; }
  std::uint64_t truncated() const { return truncated_; }

 private:
  std::byte* slot(std::size_t number) const;

  std::byte* memory_ = nullptr;
  RingShape shape_;
  std::size_t next_ = 0;       // the slot that the kernel fills next, as far as we know
  std::size_t held_ = 0;       // slots before next_ that are ours still
  std::vector<Frame> frames_;  // its capacity is the batch
  std::uint64_t received_ = 0;
  std::uint64_t truncated_ = 0;
};

}  // namespace net
