// What `aoe bench` makes of replies: any frame, as it comes and with the tag of each request on its way.
#include "aoe/header.h"
#include "aoetools/bench/load.h"
#include "tests/fakes/net/fake_link.h"

#include <algorithm>
#include <cstdlib>

namespace {

constexpr unsigned kDepth = 4, kSectors = 2;

void must(bool rule) {
  if (!rule) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = std::as_bytes(std::span(data, size));
  net::FakeLink link({.name = "fake0", .mac = {{2, 0, 0, 0, 0, 2}}, .mtu = 1500});
  aoetools::LoadPlan plan;
  plan.server = {{2, 0, 0, 0, 0, 1}};
  plan.targets = {{1, 0}};
  plan.sectors = 1000;
  plan.sectors_per_request = kSectors;
  plan.depth = kDepth;
  plan.verify = true;
  plan.write_percent = 50;
  aoetools::Load load(link, plan);
  aoetools::Load::Time now{};
  must(load.start(now).has_value());
  std::uint64_t frames = 0;
  for (int round = 0; round < 3; ++round) {
    for (const auto& request : std::exchange(link.sent, {})) {
      link.arrive(input);
      std::vector<std::byte> reply(input.begin(), input.end());
      if (reply.size() >= aoe::kHeaderBytes)  // the tag is what stands last in the header
        std::copy_n(request.begin() + aoe::kHeaderBytes - 4, 4, reply.begin() + aoe::kHeaderBytes - 4);
      link.arrive(reply);
      frames += 2;
    }
    must(load.step(now += std::chrono::milliseconds(1)).has_value());
  }
  const auto result = load.result(now);
  must(load.in_flight() == kDepth);  // whatever is answered makes room for the next
  must(result.reads + result.writes + result.errors + result.strays <= frames);
  must(result.bytes == (result.reads + result.writes) * kSectors * aoe::kSectorBytes);
  must(result.mismatches <= result.reads * kSectors);
  return 0;
}
