// PacketRing: the kernel's memory-mapped receive ring (TPACKET_V2) of a packet socket. Internal to
// PacketLink.
//
// Slots are used in turn. The kernel fills one and flips its status word to "user"; we read it and flip it
// back to "kernel" on release(). No system call on the way.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "net/link.h"
#include "net/turns.h"

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
inline constexpr std::size_t kMostRingBytes = 16 * 1024 * 1024;
// Frames of this MTU that a ring holds at the most.
std::size_t most_room(std::uint32_t mtu);
// What a ring takes that holds so many frames of this MTU.
std::size_t ring_bytes_for(std::uint32_t mtu, std::size_t frames);

class PacketRing {
 public:
  static constexpr std::size_t kMinSlots = 32;

  PacketRing() = default;
  PacketRing(PacketRing&& other) noexcept;
  PacketRing& operator=(PacketRing&& other) noexcept;
  PacketRing(const PacketRing&) = delete;
  PacketRing& operator=(const PacketRing&) = delete;
  ~PacketRing();

  // Gives `socket` a ring. `batch`: the most frames that receive() returns at once. `by_turns`: one of each
  // sender in turn, and not in the order in which they came.
  // `cost`: how many turns a frame takes; nullptr: one each.
  static base::Result<PacketRing> map(int socket, const RingShape& shape, std::size_t batch, bool by_turns,
                                      Cost cost = nullptr);

  bool pending() const;
  // As Link::receive() and release().
  std::span<const Frame> receive();
  void release();
  std::size_t room() const { return shape_.slots(); }
  std::uint64_t received() const { return received_; }
  std::uint64_t truncated() const { return truncated_; }
  std::uint64_t excess() const { return excess_; }

 private:
  std::byte* slot(std::size_t number) const;
  void take_arrived();
  bool make_way();
  std::uint64_t sender_of(std::byte* slot) const;

  std::byte* memory_ = nullptr;
  RingShape shape_;
  std::size_t next_ = 0;             // the slot that the kernel fills next, as far as we know
  std::vector<Frame> frames_;        // its capacity is the batch
  std::vector<std::uint32_t> held_;  // the slots of frames_
  std::vector<bool> waits_;          // by slot: its frame is in turns_ or in frames_
  Turns turns_;
  bool by_turns_ = false;
  Cost cost_ = nullptr;
  std::uint64_t received_ = 0;
  std::uint64_t truncated_ = 0;
  std::uint64_t excess_ = 0;
};

}  // namespace net
