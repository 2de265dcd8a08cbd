// aoe-flood: sends requests of one kind at a fixed rate and never waits for a reply. Prints one JSON object:
// how many frames left, and in how many seconds.
#include "aoe/ata.h"
#include "aoe/header.h"
#include "aoe/request.h"
#include "aoe/target.h"
#include "net/packet_link.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

// Frames are made once, and sent over and over.
constexpr std::size_t kFrames = 4096;
constexpr std::size_t kBurst = 16;
constexpr std::uint32_t kSectors = 2;  // of an ordinary request

struct Arguments {
  std::string interface = "eth0";
  std::string target = "1.0";
  std::string server;
  std::string honest;
  std::string kind;
  double rate = 1000;
  double seconds = 1;
  std::size_t sources = 1;
  std::size_t frames = 0;
  std::uint64_t sectors = 131072;
};

// One frame of a kind: `number` counts them.
struct Maker {
  aoe::Envelope envelope;
  base::MacAddress honest;
  std::uint64_t sectors = 0;
  std::uint64_t number = 0;
  std::uint64_t random = 0;

  std::uint64_t anywhere() const { return random % (sectors / kSectors) * kSectors; }
  aoe::RequestFrame write(std::uint64_t sector) const {
    return aoe::write_request(envelope, sector,
                              std::vector<std::byte>(kSectors * aoe::kSectorBytes, std::byte{1}));
  }
  aoe::RequestFrame ata(std::uint8_t command, std::uint8_t count = 0) const {
    return aoe::ata_request(envelope, {.flags = aoe::ata_flag::extended,
                                       .count = count,
                                       .command = command,
                                       .lba = random % (sectors - 255)});
  }
  aoe::RequestFrame trim() const {
    std::vector<std::byte> ranges(aoe::kSectorBytes);
    for (std::size_t i = 0; i < ranges.size() / aoe::kTrimRangeBytes; ++i) {
      const std::uint64_t sector = (anywhere() + i * 64) % (sectors - 8);
      base::store_le<std::uint64_t>(ranges.data() + i * aoe::kTrimRangeBytes,
                                    sector | std::uint64_t{8} << 48);
    }
    return aoe::ata_request(envelope,
                            {.flags = aoe::ata_flag::extended | aoe::ata_flag::write,
                             .feature = 1,
                             .count = 1,
                             .command = aoe::ata::opcode::data_set_management},
                            ranges);
  }
  aoe::RequestFrame config() const {
    const std::string text = fmt::format("flood {}", number);
    return aoe::config_request(envelope, aoe::ConfigCommand::force_set, std::as_bytes(std::span(text)));
  }
  base::MacAddress third() const { return {{2, 1, 0, 0, 0, static_cast<std::uint8_t>(number / 2 % 200)}}; }
  // The honest client and the sender stay on the list.
  aoe::RequestFrame mask() const {
    using enum aoe::MaskDirective;
    return aoe::mask_edit_request(
        envelope, {{add, honest}, {add, envelope.source}, {number % 2 == 0 ? add : remove, third()}});
  }
  aoe::RequestFrame reserve() const {
    return aoe::reserve_request(envelope, aoe::ReserveCommand::force_set, {honest, envelope.source, third()});
  }
};

using Kind = std::function<aoe::RequestFrame(const Maker&)>;

const std::map<std::string, Kind>& kinds() {
  namespace opcode = aoe::ata::opcode;
  static const std::map<std::string, Kind> kKinds = {
      {"read", [](const Maker& m) { return aoe::read_request(m.envelope, m.anywhere(), kSectors); }},
      {"write", [](const Maker& m) { return m.write(m.anywhere()); }},
      {"flush", [](const Maker& m) { return m.ata(opcode::flush_cache_ext); }},
      {"verify", [](const Maker& m) { return m.ata(opcode::read_verify_ext, 255); }},
      {"identify", [](const Maker& m) { return aoe::identify_request(m.envelope); }},
      {"config", [](const Maker& m) { return aoe::config_request(m.envelope, aoe::ConfigCommand::read); }},
      {"trim", [](const Maker& m) { return m.trim(); }},
      {"chain", [](const Maker& m) { return m.write(m.number % 1000); }},  // each overlaps the one before
      {"spread", [](const Maker& m) { return m.write(m.random % 64); }},   // each overlaps some others
      {"set-config", [](const Maker& m) { return m.config(); }},
      {"mask", [](const Maker& m) { return m.mask(); }},
      {"reserve", [](const Maker& m) { return m.reserve(); }},
  };
  return kKinds;
}

base::MacAddress source_of(std::uint64_t number) {
  return {{2, 0xf1, 0, 0, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}};
}

base::Result<std::vector<aoe::RequestFrame>> make_frames(const Arguments& arguments) {
  const auto address =
      arguments.target == "all" ? aoe::Address::broadcast() : aoe::Address::parse(arguments.target);
  const auto server = base::MacAddress::parse(arguments.server);
  const auto honest = base::MacAddress::parse(arguments.honest);
  if (!address) return std::unexpected(address.error());
  if (!server || !honest) return base::fail("--server and --honest need MAC addresses");
  std::mt19937_64 random(1);
  std::vector<aoe::RequestFrame> frames;
  const std::size_t count = std::max(kFrames, arguments.sources);
  for (std::uint64_t number = 0; number < count; ++number) {
    const aoe::Envelope envelope{source_of(number % arguments.sources), *server, *address,
                                 aoe::kUserTag | static_cast<std::uint32_t>(number)};
    frames.push_back(kinds().at(arguments.kind)({envelope, *honest, arguments.sectors, number, random()}));
  }
  return frames;
}

base::Result<> run(const Arguments& arguments) {
  const auto frames = make_frames(arguments);
  if (!frames) return std::unexpected(frames.error());
  auto link = net::PacketLink::open(arguments.interface,
                                    {.ether_type = aoe::kEtherType, .filter = "ether[14] = 0xff"});
  if (!link) return std::unexpected(link.error());
  const auto begin = steady_clock::now();
  const auto passed = [&] { return duration<double>(steady_clock::now() - begin).count(); };
  std::vector<net::OutFrame> burst;
  std::size_t next = 0;
  std::size_t sent = 0;
  while (passed() < arguments.seconds && (arguments.frames == 0 || sent < arguments.frames)) {
    const auto due = std::chrono::duration_cast<steady_clock::duration>(
        duration<double>(static_cast<double>(sent) / arguments.rate));
    const auto early = begin + due - steady_clock::now();
    if (early > std::chrono::microseconds(100)) std::this_thread::sleep_for(early);
    if (early > steady_clock::duration::zero()) continue;
    burst.clear();
    const std::size_t most = arguments.frames == 0 ? kBurst : std::min(kBurst, arguments.frames - sent);
    for (std::size_t i = 0; i < most; ++i, next = (next + 1) % frames->size())
      burst.push_back({(*frames)[next], {}});
    if (const auto left = (*link)->send(burst); !left) return std::unexpected(left.error());
    sent += most;
  }
  fmt::print(R"({{"sent":{},"seconds":{:.4f}}})"
             "\n",
             sent, passed());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Sends requests of one kind without waiting for replies."};
  app.add_option("--interface", arguments.interface);
  app.add_option("--target", arguments.target, "SHELF.SLOT, or all");
  app.add_option("--server", arguments.server, "its MAC address")->required();
  app.add_option("--honest", arguments.honest, "MAC address that masks and reservations keep in")->required();
  std::vector<std::string> names;
  for (const auto& [name, kind] : kinds()) names.push_back(name);
  app.add_option("--kind", arguments.kind)->required()->check(CLI::IsMember(names));
  app.add_option("--rate", arguments.rate, "frames a second");
  app.add_option("--seconds", arguments.seconds);
  app.add_option("--frames", arguments.frames, "end after so many");
  app.add_option("--sources", arguments.sources, "from so many invented MAC addresses in turn")
      ->check(CLI::Range(1, 65536));
  app.add_option("--sectors", arguments.sectors, "of the export");
  CLI11_PARSE(app, argc, argv);
  if (const auto done = run(arguments); !done) {
    fmt::print(stderr, "aoe-flood: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
