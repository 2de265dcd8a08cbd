#include "aoetools/dump/narrator.h"

#include "aoe/request.h"
#include "aoe/response.h"

#include <gtest/gtest.h>

namespace {

using aoetools::Narrator;
using std::chrono::microseconds;

const base::MacAddress kClient{{2, 0, 0, 0, 0, 1}};
const base::MacAddress kServer{{2, 0, 0, 0, 0, 2}};

aoe::Envelope envelope(std::uint32_t tag = 7) {
  return {kClient, kServer, {1, 0}, tag};
}

// The reply that repeats a request, as targets make them.
aoe::RequestFrame reply_to(aoe::RequestFrame frame, std::uint8_t flags = aoe::kResponseFlag,
                           aoe::AoeError error = aoe::AoeError::none) {
  aoe::Header header;
  aoe::read_header(frame, header);
  std::swap(header.source, header.destination);
  header.flags = flags;
  header.error = error;
  aoe::write_header(header, frame);
  return frame;
}

TEST(Narrator, TellsRequestsInWords) {
  Narrator narrator;
  const auto words = [&](const aoe::RequestFrame& frame) { return narrator.tell({}, frame).words; };
  EXPECT_EQ(words(aoe::config_request(envelope(), aoe::ConfigCommand::read)), "config read");
  const std::string text = "web\n";
  EXPECT_EQ(words(aoe::config_request(envelope(), aoe::ConfigCommand::set, std::as_bytes(std::span(text)))),
            "config set 'web\\x0a'");
  EXPECT_EQ(words(aoe::read_request(envelope(), 1234567890123, 2)), "read 2 sectors at 1234567890123");
  EXPECT_EQ(words(aoe::write_request(envelope(), 8, std::vector<std::byte>(512))), "write 1 sector at 8");
  EXPECT_EQ(words(aoe::identify_request(envelope())), "identify");
}

TEST(Narrator, JoinsAReplyToItsRequestByTagAndSaysHowLongItTook) {
  Narrator narrator;
  const auto request = aoe::read_request(envelope(9), 5, 1);
  narrator.tell(microseconds(1000), request);
  auto reply = reply_to(request);
  reply[aoe::ata_offset::status] = std::byte{0x40};
  EXPECT_EQ(narrator.tell(microseconds(1250), reply).line(),
            "    0.000250 02:00:00:00:00:02 > 02:00:00:00:00:01 e1.0 read 1 sector at 5: done (0.250 ms)");
  // A second answer has nothing to be joined to.
  EXPECT_FALSE(narrator.tell(microseconds(1300), reply).latency);
}

TEST(Narrator, NamesErrors) {
  Narrator narrator;
  const auto request = aoe::identify_request(envelope());
  narrator.tell({}, request);
  const auto told =
      narrator.tell({}, reply_to(request, aoe::kResponseFlag | aoe::kErrorFlag, aoe::AoeError::reserved));
  EXPECT_TRUE(told.error);
  EXPECT_EQ(told.words, "identify: refused: " + aoe::error_text(aoe::AoeError::reserved));
  auto failed = reply_to(request);
  failed[aoe::ata_offset::status] = std::byte{0x41};
  failed[aoe::ata_offset::error] = std::byte{0x10};
  EXPECT_EQ(narrator.tell({}, failed).words, "ATA: failed: " + aoe::ata_error_text(0x41, 0x10));
}

TEST(Narrator, TellsAnnouncementsAndBroadcasts) {
  Narrator narrator;
  auto request = aoe::config_request({kClient, base::MacAddress::broadcast(), aoe::Address::broadcast(), 0},
                                     aoe::ConfigCommand::read);
  EXPECT_EQ(Narrator().tell({}, reply_to(request)).words,
            "announcement: 0 buffers, 2 sectors a frame, firmware 0x0000, config ''");
  EXPECT_EQ(narrator.tell({}, request).line(),
            "    0.000000 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff all config read");
  request =
      aoe::config_request({kClient, kServer, {aoe::Address::kAllShelves, 3}, 0}, aoe::ConfigCommand::read);
  EXPECT_EQ(narrator.tell({}, request).target, "e*.3");
}

TEST(Narrator, SurvivesFramesOfEveryLength) {
  const auto whole = aoe::write_request(envelope(), 8, std::vector<std::byte>(512));
  for (std::uint8_t command = 0; command < 6; ++command) {
    for (const std::uint8_t flags : {std::uint8_t{0}, aoe::kResponseFlag}) {
      for (std::size_t length = 0; length <= 64; ++length) {
        aoe::RequestFrame frame(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        if (length > 19) frame[19] = std::byte{command};
        if (length > 14) frame[14] |= std::byte{flags};
        EXPECT_FALSE(Narrator().tell({}, frame).line().empty());
      }
    }
  }
}

}  // namespace
