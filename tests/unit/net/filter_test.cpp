#include "net/filter.h"

#include "base/bytes.h"
#include "base/fd.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace net {
namespace {

// Runs a filter in the kernel without any right: a datagram socket pair takes the same programs.
class FilteredPair {
 public:
  explicit FilteredPair(std::span<sock_filter> program) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    in_.reset(ends[0]);
    out_.reset(ends[1]);
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    EXPECT_EQ(::setsockopt(out_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached), 0);
  }

  bool passes(base::Bytes frame) {
    EXPECT_EQ(::send(in_.get(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
    std::array<std::byte, 2048> got{};
    return ::recv(out_.get(), got.data(), got.size(), 0) == static_cast<ssize_t>(frame.size());
  }

 private:
  base::Fd in_, out_;
};

std::array<std::byte, 60> frame_of(std::uint16_t ether_type, std::uint8_t first_payload_byte) {
  std::array<std::byte, 60> frame{};
  base::store_be<std::uint16_t>(&frame[12], ether_type);
  frame[14] = std::byte{first_payload_byte};
  return frame;
}

TEST(Filter, LetsItsEtherTypeThroughWhole) {
  auto program = compile_filter(0x88a2, "", 0);
  ASSERT_TRUE(program);
  FilteredPair pair(*program);
  EXPECT_TRUE(pair.passes(frame_of(0x88a2, 0)));
  EXPECT_FALSE(pair.passes(frame_of(0x0800, 0)));
}

TEST(Filter, NarrowsItByAnExpression) {
  auto program = compile_filter(0x88a2, "ether[14] & 8 = 0", 0);
  ASSERT_TRUE(program);
  FilteredPair pair(*program);
  EXPECT_TRUE(pair.passes(frame_of(0x88a2, 0x10)));
  EXPECT_FALSE(pair.passes(frame_of(0x88a2, 0x18)));
}

TEST(Filter, TakesAnExpressionWithAlternativesAsAWhole) {
  auto program = compile_filter(0x88a2, "ether[14] = 1 or ether[14] = 2", 0);
  ASSERT_TRUE(program);
  FilteredPair pair(*program);
  EXPECT_TRUE(pair.passes(frame_of(0x88a2, 2)));
  EXPECT_FALSE(pair.passes(frame_of(0x0800, 2)));
}

// The frames of a socket pair come by no interface.
TEST(Filter, TakesFramesOfItsInterfaceOnly) {
  auto program = compile_filter(0x88a2, "", 7);
  ASSERT_TRUE(program);
  EXPECT_FALSE(FilteredPair(*program).passes(frame_of(0x88a2, 0)));
}

TEST(Filter, NamesAnExpressionThatDoesNotCompile) {
  const auto program = compile_filter(0x88a2, "ether[14] &", 0);
  ASSERT_FALSE(program);
  // What follows the colon is libpcap's own and changes with its version.
  EXPECT_THAT(program.error().message,
              testing::MatchesRegex("cannot compile the packet filter "
                                    "\"ether proto 0x88a2 and \\(ether\\[14\\] &\\)\": .*syntax error"));
}

}  // namespace
}  // namespace net
