#include "aoe/response.h"

#include "tests/unit/aoe/frames.h"

#include <random>

using namespace frames;

namespace {

// Replies of our own target, read by our own tools.
class Response : public TargetTest {
 protected:
  template <class Body>
  Body body(const Frame& frame) {
    ask(frame);
    const auto response = aoe::parse_response(base::Bytes(reply_).first(bytes_));
    EXPECT_TRUE(response);
    EXPECT_FALSE(response->failed());
    EXPECT_EQ(response->header.tag, kTag);
    EXPECT_EQ(response->header.address, kAddress);
    return std::get<Body>(response->body);
  }
};

TEST_F(Response, ReadsAConfigReply) {
  target_.config_string = {std::byte{'h'}, std::byte{'i'}};
  const auto reply = body<aoe::ConfigReply>(config(0));
  EXPECT_EQ(reply.buffer_count, 16u);
  EXPECT_EQ(reply.firmware, 0x4019u);
  EXPECT_EQ(reply.sectors_per_frame, 2u);
  EXPECT_EQ(reply.version, 1u);
  EXPECT_EQ(reply.text.size(), 2u);
}

TEST_F(Response, ReadsAnAtaReply) {
  const auto reply = body<aoe::AtaReply>(ata({.opcode = 0xec}));
  EXPECT_TRUE(reply.ok());
  EXPECT_EQ(reply.data.size(), 512u);
  const auto failed = body<aoe::AtaReply>(ata({.opcode = 0x24, .lba = 0x123456789abc}));
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(failed.lba, 0x123456789abcU);
  EXPECT_EQ(aoe::ata_error_text(failed.status, failed.error), "no such sector");
}

TEST_F(Response, ReadsListsAndTheirErrors) {
  target_.mask = {kClient, kOther};
  EXPECT_EQ(body<aoe::MaskReply>(mask(0)).macs, target_.mask);
  const auto failed = body<aoe::MaskReply>(mask(1, {{0, {}}, {9, {}}}));
  EXPECT_EQ(failed.error, aoe::MaskError::bad_directive);
  EXPECT_EQ(failed.failed_directive, 1u);
  EXPECT_TRUE(failed.macs.empty());
  EXPECT_EQ(body<aoe::ReserveReply>(reserve(1, {kClient, mac(5)})).macs, (std::vector{kClient, mac(5)}));
}

TEST_F(Response, ReadsAnError) {
  ask(header(7));
  const auto response = aoe::parse_response(base::Bytes(reply_).first(bytes_)).value();
  EXPECT_TRUE(response.failed());
  EXPECT_EQ(response.header.error, aoe::AoeError::bad_command);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(response.body));
}

TEST_F(Response, IsNoRequest) {
  EXPECT_FALSE(aoe::parse_response(config(0)));
}

TEST_F(Response, BelievesNoLengthBehindTheFrame) {
  Frame frame = config(0, "hello");
  frame[14] |= std::byte{0x08};
  EXPECT_TRUE(aoe::parse_response(frame));
  frame[31] = std::byte{6};
  EXPECT_FALSE(aoe::parse_response(frame));
  for (Frame list : {mask(0, {{0, kClient}}), reserve(0, {kClient})}) {
    list[14] |= std::byte{0x08};
    EXPECT_TRUE(aoe::parse_response(list));
    list.pop_back();
    EXPECT_FALSE(aoe::parse_response(list));
  }
}

TEST_F(Response, BelievesNoConfigStringOverTheLimit) {
  Frame frame = config(0, std::string(1025, 'x'));
  frame[14] |= std::byte{0x08};
  EXPECT_FALSE(aoe::parse_response(frame));
}

TEST_F(Response, CutAnywhereIsEitherRefusedOrHarmless) {
  target_.mask = {kClient, kOther, mac(4), mac(5), mac(6)};
  for (const Frame& request : {config(0), ata({.opcode = 0xec}), mask(0), reserve(1, {kClient})}) {
    ask(request);
    for (std::size_t bytes = 0; bytes <= bytes_; ++bytes) {
      const Frame cut(reply_.begin(), reply_.begin() + static_cast<std::ptrdiff_t>(bytes));
      if (bytes < 24)
        EXPECT_FALSE(aoe::parse_response(cut));
      else
        (void)aoe::parse_response(cut);
    }
  }
}

TEST(ErrorText, NamesEveryCodeOfTheProtocol) {
  EXPECT_EQ(aoe::error_text(aoe::AoeError::bad_command), "bad command");
  EXPECT_EQ(aoe::error_text(aoe::AoeError::bad_argument), "bad argument");
  EXPECT_EQ(aoe::error_text(aoe::AoeError::unavailable), "device unavailable");
  EXPECT_EQ(aoe::error_text(aoe::AoeError::config_present), "config string present");
  EXPECT_EQ(aoe::error_text(aoe::AoeError::bad_version), "unsupported version");
  EXPECT_EQ(aoe::error_text(aoe::AoeError::reserved), "target is reserved");
  EXPECT_EQ(aoe::error_text(static_cast<aoe::AoeError>(77)), "AoE error 77");
  EXPECT_EQ(aoe::error_text(aoe::MaskError::unspecified), "refused");
  EXPECT_EQ(aoe::error_text(aoe::MaskError::bad_directive), "bad directive");
  EXPECT_EQ(aoe::error_text(aoe::MaskError::full), "list is full");
  EXPECT_EQ(aoe::error_text(static_cast<aoe::MaskError>(9)), "mask error 9");
  EXPECT_EQ(aoe::ata_error_text(0x41, 0x44), "unreadable sector, aborted");
  EXPECT_EQ(aoe::ata_error_text(0x20, 0), "ATA status 0x20, error 0x00");
}

}  // namespace
