#include "net/packet_ring.h"

#include <gtest/gtest.h>
#include <linux/if_packet.h>

namespace net {
namespace {

constexpr std::size_t kMiB = 1024 * 1024;

TEST(RingShape, HoldsOneFrameOfTheMtuASlot) {
  for (const std::uint32_t mtu : {68U, 1500U, 4200U, 9000U, 16110U}) {
    const RingShape shape = ring_shape(mtu, 2 * kMiB);
    EXPECT_GE(shape.slot_bytes, TPACKET2_HDRLEN + 16 + mtu) << "mtu " << mtu;
    EXPECT_LT(shape.slot_bytes, mtu + 256) << "mtu " << mtu;
  }
}

TEST(RingShape, IsWhatTheKernelAccepts) {
  for (std::uint32_t mtu = 68; mtu <= 65536; mtu += 17) {
    const RingShape shape = ring_shape(mtu, 2 * kMiB);
    ASSERT_EQ(shape.slot_bytes % TPACKET_ALIGNMENT, 0U) << "mtu " << mtu;
    ASSERT_EQ(shape.block_bytes % 4096, 0U) << "mtu " << mtu;
    ASSERT_EQ(shape.block_bytes / shape.slot_bytes, shape.slots_per_block) << "mtu " << mtu;
    ASSERT_GE(shape.slots_per_block, 1U) << "mtu " << mtu;
  }
}

TEST(RingShape, UsesTheMemoryItIsGivenAndNoMore) {
  EXPECT_EQ(ring_shape(1500, 2 * kMiB).bytes(), 2 * kMiB);
  EXPECT_EQ(ring_shape(9000, 2 * kMiB).bytes(), 2 * kMiB);
}

TEST(RingShape, HasRoomForABurstHoweverSmallTheMemory) {
  EXPECT_GE(ring_shape(1500, 0).slots(), PacketRing::kMinSlots);
  EXPECT_GE(ring_shape(65536, 0).slots(), PacketRing::kMinSlots);
}

TEST(RingShape, HasRoomForAsManyFramesAsAreExpected) {
  for (const std::uint32_t mtu : {1500U, 9000U}) {
    for (const std::size_t frames : {100U, 256U, 1000U})
      EXPECT_GE(ring_shape(mtu, ring_bytes_for(mtu, frames)).slots(), frames) << "mtu " << mtu;
    EXPECT_LE(ring_shape(mtu, kMostRingBytes).bytes(), kMostRingBytes);
    EXPECT_GE(most_room(mtu), 1700U);
  }
}

TEST(RingShape, StopsAt64KiBASlotOnLoopback) {
  EXPECT_EQ(ring_shape(65536, 2 * kMiB).slot_bytes, 65536U);
}

}  // namespace
}  // namespace net
