#include "tests/unit/aoe/frames.h"

#include <cerrno>

using namespace frames;
using aoe::DiskCommand;
using aoe::DropReason;
using aoe::Verdict;

namespace {

class AtaCommand : public TargetTest {};

const std::vector<unsigned> kReads{0x20, 0x24, 0xc8, 0x25, 0xc4, 0x29};
const std::vector<unsigned> kWrites{0x30, 0x34, 0xca, 0x35, 0xc5, 0x39, 0x3d, 0xce};

TEST_F(AtaCommand, ReadsWithEveryReadOpcode) {
  for (const unsigned opcode : kReads) {
    const auto judgement = ask(ata({.opcode = opcode, .count = 2, .lba = 998}));
    ASSERT_EQ(judgement.verdict, Verdict::disk) << opcode;
    EXPECT_EQ(judgement.work.command, DiskCommand::read);
    EXPECT_EQ(judgement.work.sector, 998u);
    EXPECT_EQ(judgement.work.sectors, 2u);
    EXPECT_EQ(aoe::finish(judgement.work, 0, reply_), 36u + 1024u);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(25), 0u);
    EXPECT_EQ(at(26), 0u);
    EXPECT_EQ(at(27), 0x40u);
    EXPECT_EQ(text(28, 8), std::string("\xe6\x03\0\0\0\0\0\0", 8));
  }
}

TEST_F(AtaCommand, WritesWithEveryWriteOpcode) {
  for (const unsigned opcode : kWrites) {
    const auto judgement = ask(ata({.opcode = opcode, .count = 2, .lba = 5, .flags = 0x41, .payload = 1024}));
    ASSERT_EQ(judgement.verdict, Verdict::disk) << opcode;
    EXPECT_EQ(judgement.work.command, DiskCommand::write);
    EXPECT_EQ(judgement.work.sector, 5u);
    EXPECT_EQ(judgement.work.sectors, 2u);
    EXPECT_EQ(judgement.work.durable, opcode == 0x3d || opcode == 0xce);
    ASSERT_EQ(payload_.size(), 1024u);
    EXPECT_EQ(payload_[513], std::byte{1});
    EXPECT_EQ(aoe::finish(judgement.work, 0, reply_), 60u);
    EXPECT_EQ(at(24), 0x41u);
    EXPECT_EQ(at(27), 0x40u);
    EXPECT_TRUE(zeros(34, 60));
  }
}

TEST_F(AtaCommand, TheOpcodeAloneDecidesTheAddressWidth) {
  target_.sectors = 1ULL << 40;
  const std::uint64_t lba = 0xe1'2345'6789;
  // Without the E flag, as WinAoE's boot code asks; with it and device/head bits, as Linux does.
  EXPECT_EQ(ask(ata({.opcode = 0x24, .lba = lba})).work.sector, lba);
  EXPECT_EQ(ask(ata({.opcode = 0x20, .lba = lba, .flags = 0x40})).work.sector, 0x0345'6789u);
  EXPECT_EQ(ask(ata({.opcode = 0x20, .lba = 0xe000'0007})).work.sector, 7u);
  EXPECT_EQ(ask(ata({.opcode = 0x20, .lba = 0xa000'0007, .flags = 0x10})).work.sector, 7u);
}

TEST_F(AtaCommand, RefusesSectorsOutsideTheExport) {
  for (const unsigned opcode : {0x20u, 0x24u, 0x40u, 0x42u}) {
    expect_ata(ata({.opcode = opcode, .count = 1, .lba = 1000}), kIdNotFound);
    expect_ata(ata({.opcode = opcode, .count = 2, .lba = 999}), kIdNotFound);
    EXPECT_EQ(ask(ata({.opcode = opcode, .count = 1, .lba = 999})).verdict, Verdict::disk);
  }
  expect_ata(ata({.opcode = 0x24, .count = 2, .lba = 0xffff'ffff'ffff}), kIdNotFound);
  expect_ata(ata({.opcode = 0x34, .count = 2, .lba = 0xffff'ffff'ffff, .payload = 1024}), kIdNotFound);
  expect_ata(ata({.opcode = 0x20, .count = 2, .lba = 0xffff'ffff}), kIdNotFound);
  target_.sectors = 0;
  expect_ata(ata({.opcode = 0x20}), kIdNotFound);
}

TEST_F(AtaCommand, RefusesMoreThanAFrameHoldsWithAnAtaError) {
  for (const unsigned count : {3u, 16u, 255u}) {
    expect_ata(ata({.opcode = 0x24, .count = count}), kAborted);
    expect_ata(ata({.opcode = 0x34, .count = count, .payload = 512 * count}), kAborted);
    EXPECT_EQ(at(26), count);
  }
  port_.mtu = 9000;
  EXPECT_EQ(ask(ata({.opcode = 0x24, .count = 17})).verdict, Verdict::disk);
  expect_ata(ata({.opcode = 0x24, .count = 18}), kAborted);
}

TEST_F(AtaCommand, CountZeroMovesNothing) {
  for (const auto& opcodes : {kReads, kWrites}) {
    for (const unsigned opcode : opcodes) {
      expect_ata(ata({.opcode = opcode, .count = 0, .lba = 1000}), 0);
      expect_ata(ata({.opcode = opcode, .count = 0, .lba = 1001}), kIdNotFound);
    }
  }
  expect_ata(ata({.opcode = 0x40, .count = 0}), kAborted);
}

TEST_F(AtaCommand, RefusesAWriteThatBringsTooLittle) {
  for (const std::size_t bytes : {0u, 1u, 24u, 511u, 1023u}) {
    expect_ata(ata({.opcode = 0x34, .count = 2, .payload = bytes}), kAborted);
  }
}

TEST_F(AtaCommand, IgnoresWhatAWriteBringsTooMuch) {
  ASSERT_EQ(ask(ata({.opcode = 0x34, .count = 1, .payload = 1400})).verdict, Verdict::disk);
  EXPECT_EQ(payload_.size(), 512u);
}

TEST_F(AtaCommand, AcceptsPayloadOnReadAndIdentify) {
  EXPECT_EQ(ask(ata({.opcode = 0x24, .count = 2, .payload = 1024})).work.command, DiskCommand::read);
  EXPECT_EQ(ask(ata({.opcode = 0x24, .count = 2, .flags = 0x01, .payload = 1024})).work.command,
            DiskCommand::read);
  for (std::size_t sectors = 0; sectors < 17; ++sectors) {
    expect_ata(ata({.opcode = 0xec, .payload = 512 * sectors}), 0, 548);
  }
}

TEST_F(AtaCommand, ReadOnlyExportsRefuseChangesAtOnce) {
  target_.read_only = true;
  target_.identity.can_trim = true;
  for (const unsigned opcode : kWrites) expect_ata(ata({.opcode = opcode, .payload = 512}), kAborted);
  expect_ata(ata({.opcode = 0x06, .feature = 1, .payload = 512}), kAborted);
  EXPECT_EQ(ask(ata({.opcode = 0x20})).verdict, Verdict::disk);
  EXPECT_EQ(ask(ata({.opcode = 0xe7})).verdict, Verdict::disk);
}

TEST_F(AtaCommand, TheWriteListDecidesWhoMayWrite) {
  target_.access.write = aoe::Hosts::only({kOther});
  target_.identity.can_trim = true;
  expect_ata(ata({.opcode = 0x34, .payload = 512}), kAborted);
  EXPECT_EQ(ask(ata({.opcode = 0x34, .payload = 512})).reason, DropReason::refused);
  EXPECT_EQ(ask(ata({.opcode = 0x06, .feature = 1, .payload = 512})).reason, DropReason::refused);
  EXPECT_EQ(ask(ata({.opcode = 0x34, .payload = 512, .source = kOther})).verdict, Verdict::disk);
  EXPECT_EQ(ask(ata({.opcode = 0x24})).verdict, Verdict::disk);
}

TEST_F(AtaCommand, FlushCommandsReachTheDisk) {
  for (const unsigned opcode : {0xe7u, 0xeau}) {
    const auto judgement = ask(ata({.opcode = opcode, .count = 0}));
    ASSERT_EQ(judgement.verdict, Verdict::disk);
    EXPECT_EQ(judgement.work.command, DiskCommand::flush);
    EXPECT_EQ(judgement.work.sectors, 0u);
    EXPECT_EQ(aoe::finish(judgement.work, 0, reply_), 60u);
    EXPECT_EQ(at(27), 0x40u);
    EXPECT_EQ(aoe::finish(judgement.work, EIO, reply_), 60u);
    EXPECT_EQ(at(27), 0x41u);
    EXPECT_EQ(at(25), kAborted);
  }
}

TEST_F(AtaCommand, VerifyReachesTheDiskWhateverAFrameHolds) {
  const auto judgement = ask(ata({.opcode = 0x42, .count = 255, .lba = 3}));
  ASSERT_EQ(judgement.verdict, Verdict::disk);
  EXPECT_EQ(judgement.work.command, DiskCommand::verify);
  EXPECT_EQ(judgement.work.sector, 3u);
  EXPECT_EQ(judgement.work.sectors, 255u);
  EXPECT_EQ(aoe::finish(judgement.work, 0, reply_), 60u);
}

TEST_F(AtaCommand, DiskErrorsBecomeAtaErrorsWithNoStaleByte) {
  struct Row {
    unsigned opcode;
    int error;
    unsigned expected;
  };
  for (const Row& row :
       {Row{0x24, EIO, kUncorrectable}, Row{0x24, ENXIO, kIdNotFound}, Row{0x24, ENOMEM, kAborted},
        Row{0x42, EIO, kUncorrectable}, Row{0x34, EIO, kAborted}, Row{0x34, ENOSPC, kAborted},
        Row{0x34, EROFS, kAborted}, Row{0x34, ENXIO, kIdNotFound}}) {
    const auto judgement = ask(ata({.opcode = row.opcode, .lba = 7, .payload = 512}));
    ASSERT_EQ(judgement.verdict, Verdict::disk);
    EXPECT_EQ(aoe::finish(judgement.work, row.error, reply_), 60u);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(27), 0x41u);
    EXPECT_EQ(at(25), row.expected);
    EXPECT_EQ(at(28), 7u);
    EXPECT_TRUE(zeros(34, 60));
  }
}

TEST_F(AtaCommand, ReservedBytesAndUnknownFlagsComeBackAsZeros) {
  Frame frame = ata({.opcode = 0x24, .flags = 0xff});
  frame[34] = frame[35] = std::byte{0xee};
  ASSERT_EQ(ask(frame).verdict, Verdict::disk);
  EXPECT_EQ(at(24), 0x53u);
  EXPECT_TRUE(zeros(34, 36));
}

TEST_F(AtaCommand, ABroadcastChangesNothingAndMakesNoDiskWork) {
  target_.identity.can_trim = true;
  for (const aoe::Address to : {aoe::Address::broadcast(), aoe::Address{1, 0xff}, aoe::Address{0xffff, 2}}) {
    for (const unsigned opcode : kWrites) {
      expect_drop(ata({.opcode = opcode, .payload = 512, .to = to}), DropReason::broadcast_risk);
    }
    expect_drop(ata({.opcode = 0x06, .feature = 1, .payload = 512, .to = to}), DropReason::broadcast_risk);
    // READ, READ EXT, both VERIFY, both FLUSH, SMART, and one that nobody knows.
    for (const unsigned opcode : {0x20u, 0x24u, 0x40u, 0x42u, 0xe7u, 0xeau, 0xb0u, 0x00u})
      expect_drop(ata({.opcode = opcode, .to = to}), DropReason::broadcast_risk);
  }
  expect_ata(ata({.opcode = 0xec, .to = aoe::Address::broadcast()}), 0, 548);  // WinAoE's probe
  EXPECT_EQ(text(16, 3), std::string("\0\x01\x02", 3));
}

TEST_F(AtaCommand, ReservationsKeepOthersOutExceptForIdentify) {
  target_.reservation = {kOther};
  for (const unsigned opcode : {0x20u, 0x24u, 0x34u, 0xe7u, 0xe5u, 0xb0u, 0x06u, 0x00u}) {
    expect_aoe_error(ata({.opcode = opcode, .payload = 512}), 6);
  }
  expect_ata(ata({.opcode = 0xec}), 0, 548);
  EXPECT_EQ(ask(ata({.opcode = 0x24, .source = kOther})).verdict, Verdict::disk);
}

TEST_F(AtaCommand, CheckPowerModeSaysActiveForAnyCount) {
  for (const unsigned count : {0u, 1u, 255u}) {
    expect_ata(ata({.opcode = 0xe5, .count = count}), 0);
    EXPECT_EQ(at(26), 0xffu);
  }
}

TEST_F(AtaCommand, SetFeaturesConfirmsOnlyWhatIsSo) {
  expect_ata(ata({.opcode = 0xef, .feature = 0x02}), kAborted);
  expect_ata(ata({.opcode = 0xef, .feature = 0x82}), 0);
  target_.identity.write_cache = true;
  expect_ata(ata({.opcode = 0xef, .feature = 0x02}), 0);
  expect_ata(ata({.opcode = 0xef, .feature = 0x82}), kAborted);
  expect_ata(ata({.opcode = 0xef, .feature = 0x03}), kAborted);
}

TEST_F(AtaCommand, SetMultipleModeConfirmsTheFixedBlock) {
  expect_ata(ata({.opcode = 0xc6, .count = 16}), 0);
  expect_ata(ata({.opcode = 0xc6, .count = 8}), kAborted);
}

TEST_F(AtaCommand, EveryOtherOpcodeIsAborted) {
  const std::vector<unsigned> known{0x06, 0x20, 0x24, 0x25, 0x29, 0x30, 0x34, 0x35, 0x39, 0x3d, 0x40, 0x42,
                                    0xb0, 0xc4, 0xc5, 0xc6, 0xc8, 0xca, 0xce, 0xe5, 0xe7, 0xea, 0xec, 0xef};
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    if (std::find(known.begin(), known.end(), opcode) != known.end()) continue;
    expect_ata(ata({.opcode = opcode, .payload = 512}), kAborted);
  }
}

// One entry of a range list.
void put_range(Frame& frame, std::size_t index, std::uint64_t sector, std::uint64_t sectors) {
  const std::uint64_t entry = sector | sectors << 48;
  for (std::size_t i = 0; i < 8; ++i) frame[36 + 8 * index + i] = static_cast<std::byte>(entry >> (8 * i));
}

class Trim : public TargetTest {
 protected:
  Trim() {
    target_.identity.can_trim = true;
    frame_ = ata({.opcode = 0x06, .feature = 1, .payload = 512});
    std::fill(frame_.begin() + 36, frame_.end(), std::byte{0});
  }
  Frame frame_;
};

TEST_F(Trim, HandsItsRangesToTheDisk) {
  put_range(frame_, 0, 10, 5);
  put_range(frame_, 63, 999, 1);
  const auto judgement = ask(frame_);
  ASSERT_EQ(judgement.verdict, Verdict::disk);
  EXPECT_EQ(judgement.work.command, DiskCommand::trim);
  ASSERT_EQ(payload_.size(), 512u);
  EXPECT_EQ(aoe::trim_range(payload_, 0).sector, 10u);
  EXPECT_EQ(aoe::trim_range(payload_, 0).sectors, 5u);
  EXPECT_EQ(aoe::trim_range(payload_, 1).sectors, 0u);
  EXPECT_EQ(aoe::trim_range(payload_, 63).sector, 999u);
  EXPECT_EQ(aoe::finish(judgement.work, 0, reply_), 60u);
  EXPECT_EQ(at(27), 0x40u);
}

TEST_F(Trim, RefusesARangeOutsideTheExportAsAWhole) {
  put_range(frame_, 0, 10, 5);
  put_range(frame_, 1, 999, 2);
  expect_ata(frame_, kIdNotFound);
  put_range(frame_, 1, 0xffff'ffff'ffff, 0xffff);
  expect_ata(frame_, kIdNotFound);
}

TEST_F(Trim, RefusesWhatIsNoTrim) {
  expect_ata(ata({.opcode = 0x06, .feature = 0, .payload = 512}), kAborted);
  expect_ata(ata({.opcode = 0x06, .count = 0, .feature = 1, .payload = 512}), kAborted);
  expect_ata(ata({.opcode = 0x06, .count = 2, .feature = 1, .payload = 1023}), kAborted);
  expect_ata(ata({.opcode = 0x06, .count = 129, .feature = 1, .payload = 129 * 512}), kAborted);
  target_.identity.can_trim = false;
  expect_ata(frame_, kAborted);
}

}  // namespace
