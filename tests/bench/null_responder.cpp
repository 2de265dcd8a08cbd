// null-responder INTERFACE SHELF SPIN_US: answers every request to SHELF at once, without touching a disk:
// reads with zeros, writes with success. What it reaches is the limit that the link, our link layer and the
// load set to any target.
#include "aoe/header.h"
#include "aoe/target.h"
#include "net/packet_link.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <poll.h>

namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBatch = 16;
const std::array<std::byte, 255 * 512> kZeros{};

using Head = std::array<std::byte, 60>;

// The reply to one request; an empty head: none is due.
net::OutFrame answer(net::Frame frame, const net::Interface& interface, Head& head) {
  aoe::Header request;
  if (!aoe::read_header(frame, request) || frame.size() < 32) return {};
  head = {};
  std::copy_n(frame.begin(), std::min(frame.size(), aoe::kAtaHeaderBytes), head.begin());
  aoe::Header reply = request;
  reply.destination = request.source;
  reply.source = interface.mac;
  reply.flags = aoe::kResponseFlag;
  aoe::write_header(reply, head);
  if (request.command == static_cast<std::uint8_t>(aoe::Command::config)) {
    base::store_be<std::uint16_t>(&head[aoe::config_offset::buffers], 16);
    head[aoe::config_offset::sectors] = static_cast<std::byte>(aoe::sectors_per_frame(interface.mtu));
    return {head, {}};
  }
  if (request.command != 0 || frame.size() < aoe::kAtaHeaderBytes) return {};
  const bool write = (frame[aoe::ata_offset::flags] & std::byte{aoe::ata_flag::write}) != std::byte{0};
  const auto sectors = std::to_integer<std::size_t>(frame[aoe::ata_offset::count]);
  head[aoe::ata_offset::status] = std::byte{0x40};
  if (write) return {head, {}};
  return {base::Bytes(head).first(aoe::kAtaHeaderBytes), base::Bytes(kZeros).first(sectors * 512)};
}

void serve(net::Link& link, std::chrono::nanoseconds spin) {
  std::array<Head, kBatch> heads{};
  std::vector<net::OutFrame> replies;
  replies.reserve(kBatch);
  auto last = steady_clock::now();
  for (;;) {
    const auto frames = link.receive();
    if (frames.empty()) {
      const auto until = last + spin;
      while (!link.pending() && steady_clock::now() < until) {
      }
      if (link.pending()) continue;
      pollfd waiting{link.fd(), POLLIN, 0};
      (void)::poll(&waiting, 1, -1);
      continue;
    }
    replies.clear();
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const net::OutFrame reply = answer(frames[i], link.interface(), heads[i]);
      if (!reply.head.empty()) replies.push_back(reply);
    }
    link.release();
    if (!link.send(replies)) return;
    if (spin.count() > 0) last = steady_clock::now();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: {} INTERFACE SHELF SPIN_US\n", argv[0]);
    return 2;
  }
  auto link = net::PacketLink::open(
      argv[1],
      {.ether_type = aoe::kEtherType,
       .filter = fmt::format("ether[14] & 8 = 0 and (ether[16:2] = {} or ether[16:2] = 0xffff)", argv[2]),
       .batch = kBatch});
  if (!link) {
    fmt::print(stderr, "{}\n", link.error().message);
    return 1;
  }
  serve(**link, std::chrono::microseconds(std::atol(argv[3])));
  return 1;
}
