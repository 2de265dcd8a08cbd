#include "aoe/request.h"

#include "tests/unit/aoe/frames.h"

using namespace frames;

namespace {

const aoe::Envelope kEnvelope{.source = kClient, .destination = kServer, .address = kAddress, .tag = kTag};

// The room's encoder against the tests' own.
Frame padded(Frame frame) {
  if (frame.size() < 60) frame.resize(60);
  return frame;
}

TEST(Request, AsksEverybodyAsAUserProgramByDefault) {
  const auto frame = aoe::config_request({.source = kClient}, aoe::ConfigCommand::read);
  Frame expected = padded(config(0, "", aoe::Address::broadcast()));
  expected[20] = std::byte{0x80};
  expected[21] = expected[22] = expected[23] = std::byte{0};
  EXPECT_EQ(frame, expected);
}

TEST(Request, EncodesConfigQueries) {
  const std::string_view text = "hello";
  EXPECT_EQ(aoe::config_request(kEnvelope, aoe::ConfigCommand::force_set, std::as_bytes(std::span(text))),
            padded(config(4, text)));
}

TEST(Request, EncodesReadsAndWrites) {
  EXPECT_EQ(aoe::read_request(kEnvelope, 0x123456789abc, 2),
            padded(ata({.opcode = 0x24, .count = 2, .lba = 0x123456789abc, .flags = 0x40})));
  const Frame expected = ata({.opcode = 0x34, .count = 2, .lba = 7, .flags = 0x41, .payload = 1024});
  EXPECT_EQ(aoe::write_request(kEnvelope, 7, base::Bytes(expected).subspan(36)), expected);
}

TEST(Request, EncodesIdentifyWithATrailToMeasureTheWay) {
  EXPECT_EQ(aoe::identify_request(kEnvelope), padded(ata({.opcode = 0xec})));
  EXPECT_EQ(aoe::identify_request(kEnvelope, 1024).size(), 36u + 1024u);
}

TEST(Request, EncodesSmartWithItsKey) {
  EXPECT_EQ(aoe::smart_request(kEnvelope, 0xd5, 9, 1),
            padded(ata({.opcode = 0xb0, .lba = 0xc24f09, .feature = 0xd5})));
}

TEST(Request, EncodesMaskAndReserve) {
  EXPECT_EQ(aoe::mask_read_request(kEnvelope), padded(mask(0)));
  EXPECT_EQ(aoe::mask_edit_request(kEnvelope, {{aoe::MaskDirective::add, mac(1)},
                                               {aoe::MaskDirective::remove, mac(2)},
                                               {aoe::MaskDirective::nothing, {}},
                                               {aoe::MaskDirective::add, mac(3)},
                                               {aoe::MaskDirective::add, mac(4)}}),
            mask(1, {{1, mac(1)}, {2, mac(2)}, {0, {}}, {1, mac(3)}, {1, mac(4)}}));
  EXPECT_EQ(aoe::reserve_request(kEnvelope, aoe::ReserveCommand::force_set, {kClient, kOther}),
            padded(reserve(2, {kClient, kOther})));
}

}  // namespace
