#include "net/packet_ring.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <utility>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace net {
namespace {

constexpr std::uint32_t kCacheLine = 64;
constexpr std::uint32_t kLeastBlock = 64 * 1024;
constexpr std::uint32_t kMostSlot = 64 * 1024;
// Where the payload of an Ethernet frame starts in a slot: behind the slot's header, the sender's address and
// room for the link's header, aligned; the MAC addresses stand right before it.
constexpr std::uint32_t kPayloadOffset = TPACKET_ALIGN(TPACKET2_HDRLEN + 16);

// The kernel aligns slots by TPACKET_ALIGNMENT, which is enough for the header.
static_assert(alignof(tpacket2_hdr) <= TPACKET_ALIGNMENT);
tpacket2_hdr& header_of(std::byte* slot) {
  return *static_cast<tpacket2_hdr*>(static_cast<void*>(slot));
}

// The status word, shared with the kernel: it orders the slot's other bytes.
std::uint32_t status(std::byte* slot) {
  return std::atomic_ref<std::uint32_t>(header_of(slot).tp_status).load(std::memory_order_acquire);
}

void give_back(std::byte* slot) {
  std::atomic_ref<std::uint32_t>(header_of(slot).tp_status)
      .store(TP_STATUS_KERNEL, std::memory_order_release);
}

}  // namespace

RingShape ring_shape(std::uint32_t mtu, std::size_t ring_bytes) {
  RingShape shape;
  const std::uint64_t wanted = std::uint64_t{kPayloadOffset} + mtu + kCacheLine - 1;
  shape.slot_bytes =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted / kCacheLine * kCacheLine, kMostSlot));
  shape.block_bytes = std::max(kLeastBlock, std::bit_ceil(shape.slot_bytes));
  shape.slots_per_block = shape.block_bytes / shape.slot_bytes;
  const std::size_t least = (PacketRing::kMinSlots + shape.slots_per_block - 1) / shape.slots_per_block;
  shape.blocks = static_cast<std::uint32_t>(std::max(ring_bytes / shape.block_bytes, least));
  return shape;
}

base::Result<PacketRing> PacketRing::map(int socket, const RingShape& shape, std::size_t batch) {
  const int version = TPACKET_V2;
  tpacket_req request{};
  request.tp_block_size = shape.block_bytes;
  request.tp_block_nr = shape.blocks;
  request.tp_frame_size = shape.slot_bytes;
  request.tp_frame_nr = static_cast<unsigned>(shape.slots());
  if (::setsockopt(socket, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0 ||
      ::setsockopt(socket, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0)
    return base::fail_errno(errno, "cannot make a receive ring of {} bytes", shape.bytes());
  void* memory = ::mmap(nullptr, shape.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, socket, 0);
  if (memory == MAP_FAILED)
    return base::fail_errno(errno, "cannot map a receive ring of {} bytes", shape.bytes());

  PacketRing ring;
  ring.memory_ = static_cast<std::byte*>(memory);
  ring.shape_ = shape;
  ring.frames_.reserve(std::clamp<std::size_t>(batch, 1, shape.slots()));
  return ring;
}

PacketRing::PacketRing(PacketRing&& other) noexcept {
  *this = std::move(other);
}

PacketRing& PacketRing::operator=(PacketRing&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(shape_, other.shape_);
  std::swap(next_, other.next_);
  std::swap(held_, other.held_);
  std::swap(frames_, other.frames_);
  std::swap(received_, other.received_);
  std::swap(truncated_, other.truncated_);
  return *this;
}

PacketRing::~PacketRing() {
  if (memory_ != nullptr) ::munmap(memory_, shape_.bytes());
}

std::byte* PacketRing::slot(std::size_t number) const {
  const std::size_t block = number / shape_.slots_per_block;
  return memory_ + block * shape_.block_bytes + number % shape_.slots_per_block * shape_.slot_bytes;
}

bool PacketRing::pending() const {
  return (status(slot(next_)) & TP_STATUS_USER) != 0;
}

std::span<const Frame> PacketRing::receive() {
  release();
  frames_.clear();
  while (frames_.size() < frames_.capacity() && held_ < shape_.slots()) {
    std::byte* at = slot(next_);
    const std::uint32_t seen = status(at);
    if ((seen & TP_STATUS_USER) == 0) break;
    next_ = next_ + 1 == shape_.slots() ? 0 : next_ + 1;
    ++held_;
    const tpacket2_hdr* header = &header_of(at);
    if (header->tp_snaplen < header->tp_len) {
      ++truncated_;
    } else if ((seen & TP_STATUS_VLAN_VALID) == 0 || (header->tp_vlan_tci & 0xfff) == 0) {
      frames_.emplace_back(at + header->tp_mac, header->tp_snaplen);
    }
  }
  received_ += frames_.size();
  // Slots that brought nothing for the caller are held by nobody, and would keep the socket readable.
  if (frames_.empty()) release();
  return frames_;
}

void PacketRing::release() {
  for (; held_ > 0; --held_) give_back(slot((next_ + shape_.slots() - held_) % shape_.slots()));
}

}  // namespace net
