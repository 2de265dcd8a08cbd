#include "vblade/inventory/address_probe.h"

#include "aoe/request.h"
#include "aoe/response.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <variant>

#include <poll.h>

namespace vblade {

namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t kTag = aoe::kUserTag | 0x7072;  // "pr"
constexpr const char* kResponses = "ether[14] & 0x08 = 0x08";

class Probe {
 public:
  Probe(const std::vector<aoe::Address>& addresses, std::unique_ptr<net::Link> link)
      : link_(std::move(link)), addresses_(addresses.begin(), addresses.end()) {
    for (const aoe::Address address : addresses) {
      frames_.push_back(aoe::config_request(
          {.source = link_->interface().mac, .address = address, .tag = kTag}, aoe::ConfigCommand::read));
    }
  }

  // What cannot leave (a link that is down) is not answered.
  void ask() {
    std::vector<net::OutFrame> out;
    for (const aoe::RequestFrame& frame : frames_) out.push_back({frame, {}});
    (void)link_->send(out);
  }
  // Hosts that say they serve one of the addresses, each once. One that begins to serve at this moment
  // answers no question, and says so to all.
  void hear(std::vector<AddressConflict>& rivals) {
    for (const net::Frame frame : link_->receive()) {
      const auto response = aoe::parse_response(frame);
      if (!response || !std::holds_alternative<aoe::ConfigReply>(response->body) ||
          !addresses_.contains(response->header.address))
        continue;
      const AddressConflict rival{link_->interface().name, response->header.address, response->header.source};
      const auto same = [&](const AddressConflict& one) {
        return one.interface == rival.interface && one.address == rival.address && one.mac == rival.mac;
      };
      if (std::ranges::none_of(rivals, same)) rivals.push_back(rival);
    }
    link_->release();
  }
  int fd() const { return link_->fd(); }

 private:
  std::unique_ptr<net::Link> link_;
  std::set<aoe::Address> addresses_;
  std::vector<aoe::RequestFrame> frames_;
};

}  // namespace

std::vector<AddressConflict> WireProbe::ask(const ProbeQuestions& questions,
                                            std::chrono::milliseconds patience,
                                            const std::function<void()>& meanwhile) {
  std::vector<Probe> probes;
  for (const auto& [interface, addresses] : questions) {
    if (auto link = machine_.open_link(interface, kResponses, 0))
      probes.emplace_back(addresses, std::move(*link));
  }
  std::vector<pollfd> waiting;
  for (const Probe& probe : probes) waiting.push_back({probe.fd(), POLLIN, 0});

  std::vector<AddressConflict> rivals;
  const auto end = steady_clock::now() + patience;
  int asked = 0;
  while (!probes.empty()) {
    const auto left = end - steady_clock::now();
    if (left.count() <= 0) break;
    // Twice, for a frame may get lost.
    if (asked == 0 || (asked == 1 && left < patience / 2)) {
      for (Probe& probe : probes) probe.ask();
      ++asked;
    }
    (void)::poll(waiting.data(), waiting.size(), 1);
    for (Probe& probe : probes) probe.hear(rivals);
    meanwhile();
  }
  return rivals;
}

}  // namespace vblade
