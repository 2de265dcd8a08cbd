#include "aoe/identify.h"

#include "tests/unit/aoe/frames.h"

#include <numeric>

using namespace frames;

namespace {

class Identify : public TargetTest {
 protected:
  void identify(const Frame& frame = ata({.opcode = 0xec})) { expect_ata(frame, 0, 548); }
  std::string words(std::size_t first, std::size_t count) const {
    std::string string = text(36 + 2 * first, 2 * count);
    for (std::size_t i = 0; i < string.size(); i += 2) std::swap(string[i], string[i + 1]);
    return string;
  }
  aoe::IdentifyData decoded() const {
    return aoe::read_identify(base::Bytes(reply_).subspan(36, 512)).value();
  }
};

TEST_F(Identify, NamesTheDiskInPaddedSwappedText) {
  identify();
  EXPECT_EQ(words(10, 10), "SN1                 ");
  EXPECT_EQ(words(23, 4), "FW1     ");
  EXPECT_EQ(words(27, 20), "Model                                   ");
  target_.identity.serial = "123456789012345678901234567890";
  identify();
  EXPECT_EQ(words(10, 10), "12345678901234567890");
}

TEST_F(Identify, TellsTheSizeInBothWidths) {
  for (const std::uint64_t sectors : {0ULL, 1000ULL, 0x0fff'ffffULL, 0x1000'0000ULL, 0x1'2345'6789ULL}) {
    target_.sectors = sectors;
    identify();
    const std::uint64_t lba28 = word(60) | word(61) << 16;
    EXPECT_EQ(lba28, std::min<std::uint64_t>(sectors, 0x0fff'ffff));
    EXPECT_EQ(word(100) | std::uint64_t{word(101)} << 16 | std::uint64_t{word(102)} << 32, sectors);
    EXPECT_EQ(word(103), 0u) << "the Linux driver reads 64 bits there";
  }
}

TEST_F(Identify, GivesOldInitiatorsAGeometry) {
  target_.sectors = 1008 * 100 + 7;
  identify();
  for (const std::size_t first : {std::size_t{1}, std::size_t{54}}) EXPECT_EQ(word(first), 100u);
  EXPECT_EQ(word(3), 16u);
  EXPECT_EQ(word(6), 63u);
  EXPECT_EQ(word(55), 16u);
  EXPECT_EQ(word(56), 63u);
  EXPECT_EQ(word(57) | word(58) << 16, 1008u * 100);
  target_.sectors = 1ULL << 40;
  identify();
  EXPECT_EQ(word(1), 16383u);
}

TEST_F(Identify, SaysWhatTheTargetDoes) {
  identify();
  EXPECT_EQ(word(83) >> 10 & 0x1f, 0b11101u) << "LBA48, both flushes, valid";
  EXPECT_EQ(word(86) >> 10 & 0xf, 0b1101u);
  EXPECT_EQ(word(82), 1u) << "SMART";
  EXPECT_EQ(word(49), 0x0300u) << "LBA and DMA";
  EXPECT_EQ(word(47), 0x8010u);
  EXPECT_EQ(word(169), 0u);
  target_.identity.write_cache = true;
  target_.identity.can_trim = true;
  identify();
  EXPECT_EQ(word(82) & word(85), 0x21u) << "the write cache is there and on";
  EXPECT_EQ(word(169), 1u);
  EXPECT_EQ(word(105), 1u);
  target_.read_only = true;
  identify();
  EXPECT_EQ(word(169), 0u) << "nothing to trim on a read-only export";
}

TEST_F(Identify, DescribesPhysicalBlocksBehind512ByteSectors) {
  identify();
  EXPECT_EQ(word(106), 0x4000u);
  target_.identity.physical_block_bytes = 4096;
  target_.identity.alignment_sectors = 7;
  identify();
  EXPECT_EQ(word(106), 0x6003u);
  EXPECT_EQ(word(209), 0x4007u);
  EXPECT_EQ(decoded().logical_block_bytes, 512u);
  EXPECT_EQ(decoded().physical_block_bytes, 4096u);
  EXPECT_EQ(decoded().alignment_sectors, 7u);
}

TEST_F(Identify, CarriesTheWorldWideName) {
  identify();
  EXPECT_EQ(word(87) >> 8 & 1, 0u);
  target_.identity.world_wide_name = 0x3123'4567'89ab'cdefULL;
  identify();
  EXPECT_EQ(word(108), 0x3123u);
  EXPECT_EQ(word(111), 0xcdefu);
  EXPECT_EQ(word(87) >> 8 & 1, 1u);
  EXPECT_EQ(decoded().world_wide_name, 0x3123'4567'89ab'cdefULL);
}

TEST_F(Identify, TellsWhetherItRotates) {
  identify();
  EXPECT_EQ(word(217), 1u);
  target_.identity.rotational = true;
  identify();
  EXPECT_EQ(word(217), 0u) << "the rate is not known";
}

TEST_F(Identify, AddsUpToZero) {
  target_.identity.serial = "something else";
  identify();
  EXPECT_EQ(word(255) & 0xff, 0xa5u);
  unsigned sum = 0;
  for (std::size_t i = 36; i < 548; ++i) sum += at(i);
  EXPECT_EQ(sum & 0xff, 0u);
}

TEST_F(Identify, IsReadBackAsItWasWritten) {
  target_.sectors = 1ULL << 33;
  target_.identity.can_trim = target_.identity.write_cache = true;
  identify();
  const aoe::IdentifyData data = decoded();
  EXPECT_EQ(data.serial, "SN1");
  EXPECT_EQ(data.model, "Model");
  EXPECT_EQ(data.firmware, "FW1");
  EXPECT_EQ(data.sectors, 1ULL << 33);
  EXPECT_TRUE(data.lba48 && data.flush && data.flush_ext && data.fua && data.write_cache && data.smart &&
              data.trim);
  EXPECT_EQ(data.rotation, 1u);
  EXPECT_TRUE(data.checksum_ok);
}

TEST(ReadIdentify, WantsAllOfIt) {
  EXPECT_FALSE(aoe::read_identify(Frame(511)));
  EXPECT_TRUE(aoe::read_identify(Frame(512)));
  EXPECT_TRUE(aoe::read_identify(Frame(1024)));
}

TEST(ReadIdentify, MakesHostileTextPrintable) {
  Frame data(512);
  const std::string_view evil = "\x1b[2J\n bad\xff";
  for (std::size_t i = 0; i < evil.size(); ++i) data[20 + (i ^ 1)] = static_cast<std::byte>(evil[i]);
  EXPECT_EQ(aoe::read_identify(data)->serial, "?[2J? bad?");
}

TEST(ReadIdentify, BelievesNoBlockSizeThatIsNonsense) {
  Frame data(512, std::byte{0x60});  // word 106: 0x6060
  data[2 * 106 + 1] = std::byte{0x70};
  const auto identity = aoe::read_identify(data).value();
  EXPECT_EQ(identity.logical_block_bytes, 512u);
  EXPECT_FALSE(identity.checksum_ok);
}

class Smart : public TargetTest {
 protected:
  static Frame smart(unsigned feature, unsigned log = 0, std::uint64_t key = 0xc24f) {
    return ata({.opcode = 0xb0, .lba = log | key << 8, .feature = feature});
  }
  unsigned sum() const {
    unsigned sum = 0;
    for (std::size_t i = 36; i < 548; ++i) sum += at(i);
    return sum & 0xff;
  }
};

TEST_F(Smart, TellsWhetherTheDiskBehindIsFailing) {
  expect_ata(smart(0xda), 0, 548);
  EXPECT_EQ(text(28, 3), std::string("\0\x4f\xc2", 3));
  target_.failing = true;
  expect_ata(smart(0xda), 0, 548);
  EXPECT_EQ(text(28, 3), std::string("\0\xf4\x2c", 3));
}

TEST_F(Smart, AnswersWithASectorThatAddsUp) {
  for (const Frame& frame : {smart(0xd0), smart(0xd1), smart(0xd5, 1)}) {
    expect_ata(frame, 0, 548);
    EXPECT_EQ(sum(), 0u);
  }
  expect_ata(smart(0xd5, 0), 0, 548);
  EXPECT_EQ(at(36), 1u);
  expect_ata(smart(0xd8), 0, 548);
  EXPECT_TRUE(zeros(36, 548));
}

// With a sector of zeros, or aoeping would wait for it until its time is over.
TEST_F(Smart, AbortsWhatItCannotDo) {
  for (const unsigned feature : {0x00u, 0xd2u, 0xd4u, 0xd6u, 0xd9u, 0xffu}) {
    expect_ata(smart(feature), kAborted, 548);
    EXPECT_TRUE(zeros(36, 548));
  }
  expect_ata(smart(0xd5, 2), kAborted, 548);
  expect_ata(smart(0xda, 0, 0), kAborted, 548);
  expect_ata(smart(0xda, 0, 0x4fc2), kAborted, 548);
}

}  // namespace
