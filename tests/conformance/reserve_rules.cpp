#include "tests/conformance/rule.h"

#include <array>

namespace conformance {

namespace {

using aoe::ReserveCommand;
using Macs = std::vector<base::MacAddress>;

constexpr base::MacAddress kNeighbour{{0x02, 0xc0, 0, 0, 0, 0x99}};

Macs reserve(Subject& s, ReserveCommand command, const Macs& macs) {
  Frame memory;
  return s.expect<aoe::ReserveReply>(aoe::reserve_request(s.envelope(), command, macs), memory).macs;
}

// Begins with a reservation and releases it.
class Scene {
 public:
  Scene(Subject& subject, const Macs& macs) : subject_(subject) {
    reserve(subject, ReserveCommand::force_set, macs);
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() { subject_.ask(aoe::reserve_request(subject_.envelope(), ReserveCommand::force_set)); }

 private:
  Subject& subject_;
};

const std::array kRules{
    Rule{"3.4", "A free target is reserved by set and read back", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {});
           must(reserve(s, ReserveCommand::set, {s.own_mac(), kNeighbour}) == Macs{s.own_mac(), kNeighbour},
                "another list");
           must(s.reservation() == Macs{s.own_mac(), kNeighbour}, "another list is read");
         }},
    Rule{"3.4", "A holder changes and releases the reservation", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {s.own_mac()});
           must(reserve(s, ReserveCommand::set, {s.own_mac(), kNeighbour}).size() == 2, "not changed");
           must(reserve(s, ReserveCommand::set, {}).empty(), "not released");
         }},
    Rule{"3.4", "Set by anybody else is refused with error 6", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {kNeighbour});
           s.expect_error(aoe::reserve_request(s.envelope(), ReserveCommand::set, {s.own_mac()}),
                          aoe::AoeError::reserved);
           must(s.reservation() == Macs{kNeighbour}, "and done all the same");
         }},
    Rule{"3.4", "Force set breaks a reservation", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {kNeighbour});
           must(reserve(s, ReserveCommand::force_set, {s.own_mac()}) == Macs{s.own_mac()}, "not broken");
         }},
    Rule{"3.4", "ATA commands of others are refused with error 6", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {kNeighbour});
           s.expect_error(aoe::read_request(s.envelope(), 0, 1), aoe::AoeError::reserved);
         }},
    Rule{"3.4", "Config queries of others are answered", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {kNeighbour});
           s.config_string();
         }},
    Rule{"3.4", "Holders' ATA commands are done", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {kNeighbour, s.own_mac()});
           s.read(0, 1);
         }},
    Rule{"safe", "More addresses than the frame holds are refused with error 2", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {});
           Frame frame = aoe::reserve_request(s.envelope(), ReserveCommand::set, {s.own_mac()});
           frame[aoe::reserve_offset::count] = std::byte{200};
           s.expect_error(frame, aoe::AoeError::bad_argument);
         }},
    Rule{"3.4", "Unknown reserve commands are refused with error 2", Effect::none,
         [](Subject& s) {
           s.expect_error(aoe::reserve_request(s.envelope(), static_cast<ReserveCommand>(9)),
                          aoe::AoeError::bad_argument);
         }},
    Rule{"safe", "A list whose reply exceeds the MTU does not kill the target", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {});
           // 248 addresses fill a frame of 1514 bytes; the count claims what the frame cannot hold or show.
           Frame frame = aoe::reserve_request(s.envelope(), ReserveCommand::force_set, Macs(248, kNeighbour));
           s.ask(frame, 1);
           frame[aoe::reserve_offset::count] = std::byte{255};
           s.ask(frame, 1);
           must(s.alive(), "it does");
         }},
    Rule{"safe", "A broadcast does not reserve every target", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, {});
           s.ask(aoe::reserve_request({.source = s.own_mac()}, ReserveCommand::force_set, {s.own_mac()}), 1);
           must(s.reservation().empty(), "it does");
         }},
};

}  // namespace

std::span<const Rule> reserve_rules() {
  return kRules;
}

}  // namespace conformance
