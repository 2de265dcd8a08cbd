// aoe-load: one measurement of the benchmark. Finds the target on an interface, loads it by the engine that
// `aoe bench` uses, and prints one JSON object.
//
//   aoe-load prepare FILE BYTES   writes the pattern that --verify expects
//   aoe-load run ...              see --help
#include "aoe/header.h"
#include "aoe/request.h"
#include "aoetools/bench/load.h"
#include "aoetools/bench/load_pattern.h"
#include "base/fd.h"
#include "net/packet_link.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Arguments {
  std::string interface = "eth0";
  std::string first = "1.0";
  unsigned exports = 1;
  double seconds = 1;
  double warm_up = 0.2;
  double wait = 10;
  unsigned spin_us = 1'000'000;
  bool sequential = false;
  aoetools::LoadPlan plan;
  std::string file;
  std::uint64_t bytes = 0;
};

base::Result<> prepare(const Arguments& arguments) {
  const base::Fd file(::open(arguments.file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return base::fail_errno(errno, "cannot write {}", arguments.file);
  std::vector<std::byte> chunk(1 << 20);
  for (std::uint64_t at = 0; at < arguments.bytes; at += chunk.size()) {
    aoetools::write_pattern(at / 512, chunk);
    const auto size = std::min<std::uint64_t>(chunk.size(), arguments.bytes - at);
    if (::pwrite(file.get(), chunk.data(), size, static_cast<off_t>(at)) != static_cast<ssize_t>(size))
      return base::fail_errno(errno, "cannot write {}", arguments.file);
  }
  return {};
}

// Asks by broadcast until the target answers; returns its MAC.
base::Result<base::MacAddress> find(net::Link& link, aoe::Address address, duration<double> patience) {
  const aoe::RequestFrame query =
      aoe::config_request({.source = link.interface().mac, .address = address}, aoe::ConfigCommand::read);
  const std::vector<net::OutFrame> frames{{query, {}}};

  const auto until = steady_clock::now() + patience;
  while (steady_clock::now() < until) {
    if (const auto sent = link.send(frames); !sent) return std::unexpected(sent.error());
    pollfd waiting{link.fd(), POLLIN, 0};
    (void)::poll(&waiting, 1, 20);
    for (const net::Frame frame : link.receive()) {
      aoe::Header reply;
      if (aoe::read_header(frame, reply) && reply.address == address && reply.tag == aoe::kUserTag)
        return reply.source;
    }
  }
  return base::fail("{} does not answer on {}", address.text(), link.interface().name);
}

std::vector<aoe::Address> addresses(aoe::Address first, unsigned count) {
  std::vector<aoe::Address> all;
  for (unsigned i = 0; i < count; ++i) {
    all.push_back(first);
    if (++first.slot > aoe::Address::kMaxSlot) first = {static_cast<std::uint16_t>(first.shelf + 1), 0};
  }
  return all;
}

void print(const aoetools::LoadResult& result) {
  const auto us = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1000; };
  const auto& latency = result.latency;
  fmt::print(
      R"({{"iops":{:.1f},"bytes_per_second":{:.0f},"seconds":{:.4f},"reads":{},"writes":{},"bytes":{},"errors":{},)"
      R"("mismatches":{},"retransmissions":{},"strays":{},"p50_us":{:.2f},"p99_us":{:.2f},"p999_us":{:.2f},)"
      R"("max_us":{:.2f},"mean_us":{:.2f}}})"
      "\n",
      result.iops(), result.bytes_per_second(), duration<double>(result.elapsed).count(), result.reads,
      result.writes, result.bytes, result.errors, result.mismatches, result.retransmissions, result.strays,
      us(latency.percentile(0.5)), us(latency.percentile(0.99)), us(latency.percentile(0.999)),
      us(latency.max()), us(latency.mean()));
}

base::Result<> run(Arguments& arguments) {
  const auto first = aoe::Address::parse(arguments.first);
  if (!first) return std::unexpected(first.error());
  auto link = net::PacketLink::open(arguments.interface,
                                    {.ether_type = aoe::kEtherType, .filter = "ether[14] & 8 != 0"});
  if (!link) return std::unexpected(link.error());
  const auto server = find(**link, *first, duration<double>(arguments.wait));
  if (!server) return std::unexpected(server.error());

  aoetools::LoadPlan& plan = arguments.plan;
  plan.server = *server;
  plan.targets = addresses(*first, arguments.exports);
  if (arguments.sequential) plan.pattern = aoetools::LoadPlan::Pattern::sequential;
  aoetools::LoadRun how;
  how.warm_up = std::chrono::duration_cast<std::chrono::nanoseconds>(duration<double>(arguments.warm_up));
  how.duration = std::chrono::duration_cast<std::chrono::nanoseconds>(duration<double>(arguments.seconds));
  how.spin = std::chrono::microseconds(arguments.spin_us);
  const auto result = aoetools::run_load(**link, plan, how);
  if (!result) return std::unexpected(result.error());
  print(*result);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  aoetools::LoadPlan& plan = arguments.plan;
  CLI::App app{"One measurement of the benchmark."};
  app.require_subcommand(1);
  CLI::App* filling = app.add_subcommand("prepare", "Write the pattern that --verify expects");
  filling->add_option("file", arguments.file)->required();
  filling->add_option("bytes", arguments.bytes)->required();
  CLI::App* running = app.add_subcommand("run", "Load a target and print what came of it as JSON");
  running->add_option("--interface", arguments.interface);
  running->add_option("--target", arguments.first, "SHELF.SLOT of the first export");
  running->add_option("--exports", arguments.exports, "so many, slot by slot and shelf by shelf");
  running->add_option("--sectors", plan.sectors, "of each export, that are used")->required();
  running->add_option("--per-frame", plan.sectors_per_request);
  running->add_option("--depth", plan.depth)->check(CLI::Range(1U, aoetools::Load::kMaxDepth));
  running->add_option("--write-percent", plan.write_percent)->check(CLI::Range(0, 100));
  running->add_flag("--sequential", arguments.sequential);
  running->add_flag("--verify", plan.verify);
  running->add_option("--seed", plan.seed);
  running->add_option("--seconds", arguments.seconds);
  running->add_option("--warm-up", arguments.warm_up);
  running->add_option("--wait", arguments.wait, "seconds until the target must answer");
  running->add_option("--spin", arguments.spin_us, "microseconds to look for replies before sleeping");
  CLI11_PARSE(app, argc, argv);

  const auto done = *filling ? prepare(arguments) : run(arguments);
  if (!done) fmt::print(stderr, "aoe-load: {}\n", done.error().message);
  return done ? 0 : 1;
}
