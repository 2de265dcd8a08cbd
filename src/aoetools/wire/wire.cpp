#include "aoetools/wire/wire.h"

#include <algorithm>

#include <fmt/format.h>
#include <poll.h>

namespace aoetools {

namespace {

base::Result<std::vector<net::Interface>> choose(std::span<const std::string> patterns) {
  auto all = net::interfaces();
  if (!all) return std::unexpected(all.error());
  if (patterns.empty()) {
    std::erase_if(*all, [](const net::Interface& i) { return !i.ethernet || !i.enabled; });
    if (all->empty()) {
      return base::fail("no Ethernet interface is up: raise one with '{}'", net::raising_command("NAME"));
    }
    return all;
  }
  for (const auto& pattern : patterns) {
    if (!net::matching(*all, std::span(&pattern, 1)).empty()) continue;
    if (pattern.find_first_of("*?[") != pattern.npos) return base::fail("no interface matches '{}'", pattern);
    return std::unexpected(net::find_interface(pattern).error());
  }
  return net::matching(*all, patterns);
}

}  // namespace

base::Result<Wire> Wire::open(std::span<const std::string> patterns, Direction direction) {
  auto interfaces = choose(patterns);
  if (!interfaces) return std::unexpected(interfaces.error());
  Wire wire;
  for (auto& interface : *interfaces) {
    auto capture = net::Capture::open(
        interface.name, {.filter = "ether proto 0x88a2", .outgoing = direction == Direction::both});
    if (!capture) return std::unexpected(capture.error());
    wire.ports_.push_back({std::move(interface), std::move(*capture)});
  }
  return wire;
}

std::string Wire::names() const {
  std::string names;
  for (const Port& port : ports_) names += (names.empty() ? "" : ", ") + port.interface.name;
  return names;
}

void Wire::send(std::size_t port, base::Bytes frame) {
  (void)ports_[port].capture.send(frame);
}

std::optional<Wire::Heard> Wire::waiting_frame() {
  for (std::size_t tried = 0; tried < ports_.size(); ++tried) {
    const std::size_t port = turn_++ % ports_.size();
    auto frame = ports_[port].capture.next();
    if (frame && *frame) return Heard{port, (*frame)->bytes, (*frame)->time, (*frame)->wire_bytes};
  }
  return std::nullopt;
}

std::optional<Wire::Heard> Wire::hear(Clock::time_point deadline) {
  for (;;) {
    if (auto heard = waiting_frame()) return heard;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return std::nullopt;
    std::vector<pollfd> waiting;
    for (const Port& port : ports_) waiting.push_back({port.capture.fd(), POLLIN, 0});
    (void)::poll(waiting.data(), static_cast<nfds_t>(waiting.size()),
                 static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
  }
}

}  // namespace aoetools
