#include "aoetools/dump/frame_words.h"

#include "tests/unit/aoe/frames.h"

using namespace frames;

namespace {

std::string words(const Frame& frame) {
  aoe::Header header;
  aoe::read_header(frame, header);
  return aoetools::request_words(header, frame);
}

TEST(FrameWords, TellWhatARequestAsksFor) {
  EXPECT_EQ(words(ata({.opcode = 0x24, .count = 2, .lba = 4096, .flags = 0x40})), "read 2 sectors at 4096");
  EXPECT_EQ(words(ata({.opcode = 0x30, .count = 1, .lba = 0xe000'0007, .payload = 512})),
            "write 1 sector at 7");
  EXPECT_EQ(words(ata({.opcode = 0x35, .count = 3, .lba = 5})), "write by DMA 3 sectors at 5");
  EXPECT_EQ(words(ata({.opcode = 0xb0, .feature = 0xd0})), "SMART 0xd0");
  EXPECT_EQ(words(ata({.opcode = 0xea})), "flush");
  EXPECT_EQ(words(ata({.opcode = 0x99})), "ATA command 0x99");
  EXPECT_EQ(words(config(0, "", aoe::Address::broadcast())), "config read");
  EXPECT_EQ(words(config(4, "a'b\n")), "config force set 'a'b\\x0a'");
  EXPECT_EQ(words(mask(0)), "mask read");
  EXPECT_EQ(words(mask(1, {{1, kClient}, {2, kOther}, {7, kOther}})),
            "mask edit: add 02:00:00:00:00:02, delete 02:00:00:00:00:03, an unknown directive for "
            "02:00:00:00:00:03");
  EXPECT_EQ(words(reserve(0)), "reserve read");
  EXPECT_EQ(words(reserve(1, {kClient, kOther})), "reserve set for 02:00:00:00:00:02, 02:00:00:00:00:03");
  EXPECT_EQ(words(reserve(2)), "reserve force for nobody");
  EXPECT_EQ(words(header(0xf1)), "command 0xf1");
}

TEST(FrameWords, TellAtMostEightAddresses) {
  EXPECT_TRUE(words(reserve(1, std::vector<base::MacAddress>(8, kClient))).ends_with(", 02:00:00:00:00:02"));
  EXPECT_TRUE(words(reserve(1, std::vector<base::MacAddress>(9, kClient))).ends_with(":02 and 1 more"));
  EXPECT_TRUE(words(mask(1, std::vector<Directive>(255, {1, kClient}))).ends_with(":02 and 247 more"));
}

TEST(FrameWords, SayWhatIsCutShort) {
  const auto cut = [](Frame frame, std::size_t bytes) {
    frame.resize(bytes);
    return words(frame);
  };
  EXPECT_EQ(cut(ata({.opcode = 0x24}), 35), "ATA command, cut short");
  EXPECT_EQ(cut(config(4, "hello"), 30), "config query, cut short");
  EXPECT_EQ(cut(config(4, "hello"), 34), "config force set 'he', cut short: it is said to have 5 bytes");
  EXPECT_EQ(cut(mask(1, {{1, kClient}, {1, kOther}}), 43), "mask edit: add 02:00:00:00:00:02, cut short");
  EXPECT_EQ(cut(reserve(1, {kClient, kOther}), 37), "reserve set for 02:00:00:00:00:02, cut short");
}

class ReplyWords : public TargetTest {
 protected:
  std::string answer(const Frame& frame) {
    ask(frame);
    const auto response = aoe::parse_response(base::Bytes(reply_).first(bytes_));
    if (!response) return "no response";
    const auto said = aoetools::reply_words(*response);
    return (said.error ? "error: " : "") + said.words;
  }
};

TEST_F(ReplyWords, TellWhatCameBack) {
  target_.config_string = {std::byte{'h'}, std::byte{'i'}};
  EXPECT_EQ(answer(config(0)), "16 buffers, 2 sectors a frame, firmware 0x4019, config 'hi'");
  EXPECT_EQ(answer(config(3, "x")), "error: refused: config string present");
  EXPECT_EQ(answer(ata({.opcode = 0xec})), "done");
  EXPECT_EQ(answer(ata({.opcode = 0x24, .lba = 5000})), "error: failed: no such sector");
  EXPECT_EQ(answer(mask(0)), "everybody may talk");
  EXPECT_EQ(answer(mask(1, {{9, kOther}})), "error: failed at directive 1: bad directive");
  EXPECT_EQ(answer(mask(1, {{1, kClient}})), "02:00:00:00:00:02 may talk");
  EXPECT_EQ(answer(reserve(0)), "free");
  EXPECT_EQ(answer(reserve(1, {kClient})), "held by 02:00:00:00:00:02");
}

}  // namespace
