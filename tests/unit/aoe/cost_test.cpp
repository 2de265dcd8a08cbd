#include "aoe/cost.h"

#include "aoe/request.h"

#include <vector>

#include <gtest/gtest.h>

namespace {

const aoe::Envelope kEnvelope{{{2, 0, 0, 0, 0, 9}}, {{2, 0, 0, 0, 0, 1}}, {1, 0}, 7};

std::uint32_t turns_of(std::uint8_t command, std::uint8_t count, std::size_t payload = 0) {
  return aoe::turns_of(
      aoe::ata_request(kEnvelope, {.count = count, .command = command}, std::vector<std::byte>(payload)));
}

}  // namespace

TEST(Cost, ASmallRequestIsOneTurn) {
  EXPECT_EQ(aoe::turns_of(aoe::read_request(kEnvelope, 0, 2)), 1u);
  EXPECT_EQ(aoe::turns_of(aoe::identify_request(kEnvelope)), 1u);
  EXPECT_EQ(aoe::turns_of(aoe::config_request(kEnvelope, aoe::ConfigCommand::read)), 1u);
}

TEST(Cost, BytesAreTurns) {
  EXPECT_EQ(turns_of(aoe::ata::opcode::read_sectors_ext, 17), 2u);
  EXPECT_EQ(turns_of(aoe::ata::opcode::write_sectors_ext, 17, 17 * 512), 2u);
  EXPECT_EQ(turns_of(aoe::ata::opcode::read_verify_ext, 255), 16u);
}

TEST(Cost, AFlushAndEachRangeOfATrimAreMoreThanOne) {
  EXPECT_EQ(turns_of(aoe::ata::opcode::flush_cache_ext, 0), 4u);
  EXPECT_EQ(turns_of(aoe::ata::opcode::data_set_management, 1, 512), 1u + 2 * 64);
}

TEST(Cost, AFrameThatPromisesMoreThanItHasIsNotBelieved) {
  const auto frame =
      aoe::ata_request(kEnvelope, {.count = 255, .command = aoe::ata::opcode::data_set_management});
  EXPECT_LE(aoe::turns_of(frame), 1u + 2 * 7);
  for (std::size_t bytes = 0; bytes <= frame.size(); ++bytes)
    EXPECT_GE(aoe::turns_of(base::Bytes(frame).first(bytes)), 1u);
}
