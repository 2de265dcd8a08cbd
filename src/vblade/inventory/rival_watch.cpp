#include "vblade/inventory/rival_watch.h"

#include "aoe/request.h"
#include "aoe/response.h"
#include "base/log.h"

#include <algorithm>
#include <set>
#include <variant>
#include <vector>

namespace vblade {

namespace {

constexpr std::uint32_t kTag = aoe::kUserTag | 0x7277;  // "rw"
constexpr unsigned kInterval = 60;                      // seconds between questions, as initiators ask
constexpr unsigned kForgotten = 150;                    // two questions without an answer
constexpr std::size_t kMostRivals = 8;                  // of an export: addresses may be invented
// More shelves than that are asked all together.
constexpr std::size_t kMostQuestions = 8;

}  // namespace

bool RivalWatch::hear(Port& port, net::Frame frame) {
  const auto response = aoe::parse_response(frame);
  if (!response || !std::holds_alternative<aoe::ConfigReply>(response->body)) return false;
  const aoe::Header& header = response->header;
  Export* exported = header.address.is_broadcast() ? nullptr : port.exports.find(header.address);
  // On one network with two interfaces we hear ourselves.
  if (exported == nullptr || inventory_.serves(header.address, header.source)) return true;
  ++exported->rival_answers;
  const auto known = std::ranges::find_if(exported->rivals, [&](const Rival& one) {
    return one.mac == header.source && one.interface == port.name;
  });
  if (known != exported->rivals.end()) {
    known->silent_seconds = 0;
  } else if (exported->rivals.size() < kMostRivals) {
    exported->rivals.push_back({header.source, port.name});
  }
  return true;
}

void RivalWatch::look() {
  for (const auto& [name, port] : inventory_.ports()) look_at(*port);
  std::erase_if(rounds_, [&](const auto& round) { return !inventory_.ports().contains(round.first); });
  for (const auto& [address, exported] : inventory_.exports()) {
    for (Rival& one : exported->rivals) ++one.silent_seconds;
    std::erase_if(exported->rivals, [](const Rival& one) { return one.silent_seconds > kForgotten; });
    report(*exported);
  }
}

void RivalWatch::look_at(Port& port) {
  Round& round = rounds_[port.name];
  if (port.link() == nullptr || !port.was_up) {
    round = {};
    return;
  }
  if (round.link == port.link() && round.wait-- > 0) return;
  round = {port.link(), kInterval - 1};
  ask(port);
}

// One frame a shelf; every target there answers.
void RivalWatch::ask(Port& port) {
  auto shelves = shelves_of(port);
  if (shelves.size() > kMostQuestions) shelves = {aoe::Address::broadcast().shelf};
  for (const std::uint16_t shelf : shelves) {
    const aoe::RequestFrame frame = aoe::config_request(
        {.source = port.wire.mac, .address = {shelf, aoe::Address::kAllSlots}, .tag = kTag},
        aoe::ConfigCommand::read);
    const net::OutFrame out{frame, {}};
    (void)port.link()->send({&out, 1});
  }
}

// With `force` somebody knows of them, as of the second of two gateways.
void RivalWatch::report(Export& exported) {
  if (!exported.rivals_to_tell() || exported.rivals.empty() || exported.settings().force) return;
  const Rival& last = exported.rivals.back();
  base::log::error(
      "{}: the host {} on {} serves this address, too: initiators mix the two disks; stop one of the "
      "two, or change its address",
      exported.address().text(), last.mac.text(), last.interface);
}

}  // namespace vblade
