// Frames for the tests of the aoe room: requests built byte by byte from the protocol's tables, on purpose
// without the room's own encoder, and one target to send them to.
#pragma once

#include "aoe/target.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace frames {

using Frame = std::vector<std::byte>;

inline constexpr base::MacAddress kServer{{0x02, 0, 0, 0, 0, 0x01}};
inline constexpr base::MacAddress kClient{{0x02, 0, 0, 0, 0, 0x02}};
inline constexpr base::MacAddress kOther{{0x02, 0, 0, 0, 0, 0x03}};
inline constexpr aoe::Address kAddress{1, 2};
inline constexpr std::uint32_t kTag = 0x12345678;

inline void put(Frame& frame, std::initializer_list<unsigned> bytes) {
  for (const unsigned byte : bytes) frame.push_back(static_cast<std::byte>(byte));
}
inline void put(Frame& frame, base::MacAddress mac) {
  for (const auto octet : mac.octets) frame.push_back(static_cast<std::byte>(octet));
}
inline void put(Frame& frame, std::string_view text) {
  for (const char c : text) frame.push_back(static_cast<std::byte>(c));
}

// The 24 bytes that every request begins with.
inline Frame header(unsigned command, aoe::Address to = kAddress, base::MacAddress source = kClient) {
  Frame frame;
  put(frame, to.is_broadcast() ? base::MacAddress::broadcast() : kServer);
  put(frame, source);
  put(frame, {0x88, 0xa2, 0x10, 0, unsigned{to.shelf} >> 8, to.shelf & 0xffu, to.slot, command});
  put(frame, {0x12, 0x34, 0x56, 0x78});
  return frame;
}

struct Ata {
  unsigned opcode = 0;
  unsigned count = 1;
  std::uint64_t lba = 0;
  unsigned feature = 0;
  unsigned flags = 0;
  std::size_t payload = 0;
  base::MacAddress source = kClient;
  aoe::Address to = kAddress;
};

// A payload's bytes count up, so that misplaced ones show.
inline Frame ata(const Ata& ata) {
  Frame frame = header(0, ata.to, ata.source);
  put(frame, {ata.flags, ata.feature, ata.count, ata.opcode});
  for (int i = 0; i < 6; ++i) frame.push_back(static_cast<std::byte>(ata.lba >> (8 * i)));
  put(frame, {0, 0});
  for (std::size_t i = 0; i < ata.payload; ++i) frame.push_back(static_cast<std::byte>(i));
  return frame;
}

inline Frame config(unsigned command, std::string_view text = "", aoe::Address to = kAddress,
                    base::MacAddress source = kClient) {
  Frame frame = header(1, to, source);
  put(frame, {0, 0, 0, 0, 0, command, static_cast<unsigned>(text.size() >> 8),
              static_cast<unsigned>(text.size() & 0xff)});
  put(frame, text);
  return frame;
}

struct Directive {
  unsigned command;
  base::MacAddress mac;
};
inline Frame mask(unsigned command, const std::vector<Directive>& directives = {}, aoe::Address to = kAddress,
                  base::MacAddress source = kClient) {
  Frame frame = header(2, to, source);
  put(frame, {0, command, 0, static_cast<unsigned>(directives.size())});
  for (const Directive& directive : directives) {
    put(frame, {0, directive.command});
    put(frame, directive.mac);
  }
  return frame;
}

inline Frame reserve(unsigned command, const std::vector<base::MacAddress>& macs = {},
                     aoe::Address to = kAddress, base::MacAddress source = kClient) {
  Frame frame = header(3, to, source);
  put(frame, {command, static_cast<unsigned>(macs.size())});
  for (const auto& mac : macs) put(frame, mac);
  return frame;
}

inline base::MacAddress mac(unsigned last) {
  return {{0x02, 0, 0, 0, static_cast<std::uint8_t>(last >> 8), static_cast<std::uint8_t>(last)}};
}

// A target, its port and a reply buffer that is full of rubbish before every request, so that a byte which
// the target did not write shows.
class TargetTest : public testing::Test {
 protected:
  TargetTest() {
    target_.address = kAddress;
    target_.sectors = 1000;
    target_.identity = {.serial = "SN1", .model = "Model", .firmware = "FW1"};
  }

  aoe::Judgement ask(const Frame& frame, aoe::Station port) {
    // An exact copy on the heap: AddressSanitizer sees a read behind the frame's end.
    const Frame exact(frame.begin(), frame.end());
    reply_.assign(aoe::kMaxReplyBytes, kRubbish);
    const aoe::Judgement judgement = aoe::judge(exact, target_, port, reply_);
    if (judgement.verdict == aoe::Verdict::disk)
      payload_.assign(judgement.work.payload.begin(), judgement.work.payload.end());
    bytes_ = judgement.reply_bytes;
    return judgement;
  }
  aoe::Judgement ask(const Frame& frame) { return ask(frame, port_); }

  unsigned at(std::size_t offset) const { return std::to_integer<unsigned>(reply_.at(offset)); }
  std::string text(std::size_t offset, std::size_t length) const {
    return {reinterpret_cast<const char*>(reply_.data()) + offset, length};
  }
  // Word of IDENTIFY data.
  unsigned word(std::size_t index) const { return at(36 + 2 * index) | at(36 + 2 * index + 1) << 8; }
  bool zeros(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i) {
      if (at(i) != 0) return false;
    }
    return true;
  }

  void expect_drop(const Frame& frame, aoe::DropReason reason) {
    const aoe::Judgement judgement = ask(frame);
    EXPECT_EQ(judgement.verdict, aoe::Verdict::drop);
    EXPECT_EQ(judgement.reason, reason);
    EXPECT_EQ(judgement.reply_bytes, 0u);
    EXPECT_EQ(reply_, Frame(aoe::kMaxReplyBytes, kRubbish)) << "a drop wrote into the reply";
  }
  void expect_aoe_error(const Frame& frame, unsigned error) {
    EXPECT_EQ(ask(frame).verdict, aoe::Verdict::reply);
    EXPECT_EQ(bytes_, 60u);
    EXPECT_EQ(at(14), 0x1cu);
    EXPECT_EQ(at(15), error);
    EXPECT_TRUE(zeros(24, 60));
  }
  // Register error 0: success.
  void expect_ata(const Frame& frame, unsigned error, std::size_t bytes = 60) {
    EXPECT_EQ(ask(frame).verdict, aoe::Verdict::reply);
    EXPECT_EQ(bytes_, bytes);
    EXPECT_EQ(at(14), 0x18u);
    EXPECT_EQ(at(27), error == 0 ? 0x40u : 0x41u);
    EXPECT_EQ(at(25), error);
    if (bytes == 60) {
      EXPECT_TRUE(zeros(34, 60));
    }
  }

  static constexpr std::byte kRubbish{0xa5};
  static constexpr unsigned kAborted = 0x04, kIdNotFound = 0x10, kUncorrectable = 0x40;

  aoe::Target target_;
  aoe::Station port_{.mac = kServer, .mtu = 1500};
  Frame reply_;
  Frame payload_;
  std::size_t bytes_ = 0;
};

}  // namespace frames
