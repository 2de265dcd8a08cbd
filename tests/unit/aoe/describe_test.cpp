#include "aoe/describe.h"

#include "tests/unit/aoe/frames.h"

using aoe::describe;
using namespace frames;

namespace {

TEST(Describe, TellsRequests) {
  EXPECT_EQ(describe(ata({.opcode = 0x24, .count = 2, .lba = 4096, .flags = 0x40})),
            "1.2 request 12345678 ATA READ SECTORS EXT 2 at 4096, 48 bit");
  EXPECT_EQ(describe(ata({.opcode = 0x30, .count = 1, .lba = 0xe000'0007, .payload = 512})),
            "1.2 request 12345678 ATA WRITE SECTORS 1 at 7, 512 bytes of data");
  EXPECT_EQ(describe(ata({.opcode = 0xb0, .feature = 0xd0})),
            "1.2 request 12345678 ATA SMART 1 at 0, feature 0xd0");
  EXPECT_EQ(describe(ata({.opcode = 0x99})), "1.2 request 12345678 ATA command 0x99 1 at 0");
  EXPECT_EQ(describe(config(0, "", aoe::Address::broadcast())), "*.* request 12345678 config read");
  EXPECT_EQ(describe(config(4, "a\"b\n")), "1.2 request 12345678 config force set \"a\\\"b\\x0a\"");
  EXPECT_EQ(describe(mask(0)), "1.2 request 12345678 mask read");
  EXPECT_EQ(describe(mask(1, {{1, kClient}, {2, kOther}, {7, kOther}})),
            "1.2 request 12345678 mask edit: add 02:00:00:00:00:02 remove 02:00:00:00:00:03 "
            "unknown directive 02:00:00:00:00:03");
  EXPECT_EQ(describe(reserve(1, {kClient})), "1.2 request 12345678 reserve set for 02:00:00:00:00:02");
  EXPECT_EQ(describe(reserve(2)), "1.2 request 12345678 reserve force set for nobody");
  EXPECT_EQ(describe(header(0xf1)), "1.2 request 12345678 command 0xf1");
}

class DescribeReply : public TargetTest {
 protected:
  std::string answer(const Frame& frame) {
    ask(frame);
    return describe(base::Bytes(reply_).first(bytes_));
  }
};

TEST_F(DescribeReply, TellsWhatCameBack) {
  target_.config_string = {std::byte{'h'}, std::byte{'i'}};
  EXPECT_EQ(answer(config(0)), "1.2 response 12345678 config 16 buffers of 2 sectors, firmware 4019, \"hi\"");
  EXPECT_EQ(answer(config(3, "x")), "1.2 response 12345678 error: config string present");
  EXPECT_EQ(answer(ata({.opcode = 0xec})), "1.2 response 12345678 ATA ok, status 0x40, 512 bytes of data");
  EXPECT_EQ(answer(ata({.opcode = 0x24, .lba = 5000})), "1.2 response 12345678 ATA failed: no such sector");
  EXPECT_EQ(answer(mask(0)), "1.2 response 12345678 mask empty: everybody");
  EXPECT_EQ(answer(mask(1, {{9, kOther}})), "1.2 response 12345678 mask error at directive 0: bad directive");
  EXPECT_EQ(answer(mask(1, {{1, kClient}})), "1.2 response 12345678 mask 02:00:00:00:00:02");
  EXPECT_EQ(answer(reserve(0)), "1.2 response 12345678 reserved for nobody");
}

TEST(Describe, SurvivesAnything) {
  EXPECT_EQ(describe({}), "not AoE");
  Frame frame = config(4, "hello");
  frame.resize(20);
  EXPECT_EQ(describe(frame), "AoE, cut off after 20 bytes");
  frame = config(4, "hello");
  frame.resize(30);
  EXPECT_EQ(describe(frame), "1.2 request 12345678 cut off after 30 bytes");
  frame = config(4, "hello");
  frame.resize(34);
  EXPECT_EQ(describe(frame), "1.2 request 12345678 config force set of 5 bytes, of which 2 are here");
  frame = mask(1, {{1, kClient}});
  frame[27] = std::byte{2};
  EXPECT_EQ(describe(frame), "1.2 request 12345678 mask edit: add 02:00:00:00:00:02 cut off");
  frame = reserve(1, {kClient});
  frame[25] = std::byte{2};
  EXPECT_EQ(describe(frame), "1.2 request 12345678 reserve set cut off");
  frame = config(0, "hello");
  frame[14] = std::byte{0x78};
  frame.pop_back();
  EXPECT_EQ(describe(frame), "1.2 response 12345678 version 7 that does not add up");
}

}  // namespace
