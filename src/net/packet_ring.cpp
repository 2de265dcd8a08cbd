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

std::size_t most_room(std::uint32_t mtu) {
  return ring_shape(mtu, kMostRingBytes).slots();
}

std::size_t ring_bytes_for(std::uint32_t mtu, std::size_t frames) {
  const RingShape shape = ring_shape(mtu, 0);
  return (frames + shape.slots_per_block - 1) / shape.slots_per_block * shape.block_bytes;
}

base::Result<PacketRing> PacketRing::map(int socket, const RingShape& shape, std::size_t batch, bool by_turns,
                                         Cost cost) {
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
  ring.held_.reserve(ring.frames_.capacity());
  ring.waits_.assign(shape.slots(), false);
  ring.by_turns_ = by_turns;
  ring.cost_ = cost;
  // One sender alone never fills the ring: then others' frames would be lost.
  ring.turns_ = Turns(shape.slots(), by_turns ? shape.slots() - shape.slots() / 4 : shape.slots());
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
  std::swap(waits_, other.waits_);
  std::swap(turns_, other.turns_);
  std::swap(by_turns_, other.by_turns_);
  std::swap(cost_, other.cost_);
  std::swap(excess_, other.excess_);
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
  return !turns_.empty() || (status(slot(next_)) & TP_STATUS_USER) != 0;
}

std::span<const Frame> PacketRing::receive() {
  release();
  frames_.clear();
  take_arrived();
  while (frames_.size() < frames_.capacity()) {
    const auto number = turns_.take();
    if (!number) break;
    std::byte* at = slot(*number);
    const tpacket2_hdr& header = header_of(at);
    frames_.emplace_back(at + header.tp_mac, header.tp_snaplen);
    held_.push_back(*number);
  }
  received_ += frames_.size();
  return frames_;
}

// Sorts all that has come, and gives back at once what nobody will look at: it would keep the socket
// readable.
void PacketRing::take_arrived() {
  for (std::size_t looked_at = 0; looked_at < shape_.slots(); ++looked_at) {
    std::byte* at = slot(next_);
    if (waits_[next_] && !make_way()) return;
    const std::uint32_t seen = status(at);
    if ((seen & TP_STATUS_USER) == 0) return;
    const auto number = static_cast<std::uint32_t>(next_);
    next_ = next_ + 1 == shape_.slots() ? 0 : next_ + 1;
    const tpacket2_hdr& header = header_of(at);
    const bool tagged = (seen & TP_STATUS_VLAN_VALID) != 0 && (header.tp_vlan_tci & 0xfff) != 0;
    const bool whole = header.tp_snaplen >= header.tp_len;
    const std::uint32_t cost = cost_ == nullptr ? 1 : cost_(Frame(at + header.tp_mac, header.tp_snaplen));
    if (whole && !tagged && turns_.add(sender_of(at), number, cost)) {
      waits_[number] = true;
      continue;
    }
    if (!whole) {
      ++truncated_;
    } else if (!tagged) {
      ++excess_;
    }
    net::give_back(at);
  }
}

// The kernel stops at the oldest frame that waits, although there may be room behind it. False: its sender
// has no other, so it stays.
bool PacketRing::make_way() {
  if (!by_turns_ || !turns_.drop(sender_of(slot(next_)))) return false;
  ++excess_;
  waits_[next_] = false;
  net::give_back(slot(next_));
  return true;
}

std::uint64_t PacketRing::sender_of(std::byte* at) const {
  if (!by_turns_) return 0;
  const std::byte* mac = at + header_of(at).tp_mac + 6;
  return std::uint64_t{base::load_be<std::uint16_t>(mac)} << 32 | base::load_be<std::uint32_t>(mac + 2);
}

void PacketRing::release() {
  for (const std::uint32_t number : held_) {
    waits_[number] = false;
    net::give_back(slot(number));
  }
  held_.clear();
}

}  // namespace net
