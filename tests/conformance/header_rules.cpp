#include "tests/conformance/rule.h"

#include <algorithm>
#include <array>

namespace conformance {

namespace {

Frame query(const Subject& subject) {
  return aoe::config_request(subject.envelope(), aoe::ConfigCommand::read);
}

aoe::Header header_of(const Frame& reply) {
  aoe::Header header;
  must(aoe::read_header(reply, header), "no AoE frame");
  return header;
}

void answered_to_its_own_address(Subject& subject, aoe::Address to) {
  aoe::Envelope envelope = subject.envelope();
  envelope.destination = base::MacAddress::broadcast();
  envelope.address = to;
  const auto header = header_of(subject.answer_to(aoe::config_request(envelope, aoe::ConfigCommand::read)));
  must(header.address == subject.address(), "the answer says {}", header.address.text());
}

void ignored_source(Subject& subject, base::MacAddress source) {
  aoe::Envelope envelope = subject.envelope();
  envelope.source = source;
  must(subject.ignores(aoe::config_request(envelope, aoe::ConfigCommand::read)), "an answer to {}",
       source.text());
}

const std::array kRules{
    Rule{"2", "A reply goes back to the sender, with its tag, version 1 and the response flag alone",
         Effect::none,
         [](Subject& s) {
           const auto header = header_of(s.answer_to(query(s)));
           must(header.destination == s.own_mac(), "sent to {}", header.destination.text());
           must(header.version == 1 && header.flags == aoe::kResponseFlag, "version {}, flags {:#x}",
                header.version, header.flags);
           must(header.error == aoe::AoeError::none, "error {}", static_cast<int>(header.error));
         }},
    Rule{"2", "Requests to every shelf and slot are answered", Effect::none,
         [](Subject& s) { answered_to_its_own_address(s, aoe::Address::broadcast()); }},
    Rule{"2", "Requests to every shelf, this slot are answered", Effect::none,
         [](Subject& s) { answered_to_its_own_address(s, {aoe::Address::kAllShelves, s.address().slot}); }},
    Rule{"2", "Requests to this shelf, every slot are answered", Effect::none,
         [](Subject& s) { answered_to_its_own_address(s, {s.address().shelf, aoe::Address::kAllSlots}); }},
    Rule{"2", "Requests to another shelf or slot are not answered", Effect::none,
         [](Subject& s) {
           for (const aoe::Address other :
                {aoe::Address{static_cast<std::uint16_t>(s.address().shelf ^ 1), s.address().slot},
                 aoe::Address{s.address().shelf, static_cast<std::uint8_t>(s.address().slot ^ 1)}}) {
             aoe::Envelope envelope = s.envelope();
             envelope.address = other;
             must(s.ignores(aoe::config_request(envelope, aoe::ConfigCommand::read)), "{} is answered",
                  other.text());
           }
         }},
    Rule{"2", "Responses are never answered", Effect::none,
         [](Subject& s) {
           Frame frame = query(s);
           frame[14] |= std::byte{aoe::kResponseFlag};
           must(s.ignores(frame), "a response is answered");
         }},
    Rule{"2", "Reserved flags and the error flag of a request do not come back", Effect::none,
         [](Subject& s) {
           Frame frame = query(s);
           frame[14] |= std::byte{0x07};
           const auto header = header_of(s.answer_to(frame));
           must(header.flags == aoe::kResponseFlag, "flags {:#x}", header.flags);
         }},
    Rule{"2", "Another version is refused with error 5", Effect::none,
         [](Subject& s) {
           for (const unsigned version : {0u, 2u, 7u, 15u}) {
             Frame frame = query(s);
             frame[14] = static_cast<std::byte>(version << 4);
             s.expect_error(frame, aoe::AoeError::bad_version);
           }
         }},
    Rule{"2", "The refusal of another version is itself version 1", Effect::none,
         [](Subject& s) {
           Frame frame = query(s);
           frame[14] = std::byte{0x70};
           const auto header = header_of(s.answer_to(frame));
           must(header.version == 1, "version {}", header.version);
         }},
    Rule{"2", "Unknown commands are refused with error 1", Effect::none,
         [](Subject& s) {
           for (const unsigned command : {4u, 0x7fu, 0xefu}) {
             Frame frame = query(s);
             frame[19] = static_cast<std::byte>(command);
             s.expect_error(frame, aoe::AoeError::bad_command);
           }
         }},
    Rule{"safe", "A refusal echoes no payload", Effect::none,
         [](Subject& s) {
           Frame frame = query(s);
           frame[19] = std::byte{0x77};
           frame.resize(1000, std::byte{0xee});
           const Frame reply = s.answer_to(frame);
           // Behind the header: the addresses and the tag in front of it may hold that byte by right.
           must(std::find(reply.begin() + std::ptrdiff_t{aoe::kHeaderBytes}, reply.end(), std::byte{0xee}) ==
                    reply.end(),
                "{} bytes come back", reply.size());
         }},
    Rule{"safe", "Short replies are padded to 60 bytes, with zeros", Effect::none,
         [](Subject& s) {
           Frame frame = query(s);
           std::fill(frame.begin() + 32, frame.end(), std::byte{0xee});
           const Frame reply = s.answer_to(frame);
           must(reply.size() >= 60, "{} bytes", reply.size());
           if (!s.config_string().empty()) return;
           must(std::all_of(reply.begin() + 32, reply.end(), [](std::byte b) { return b == std::byte{0}; }),
                "the padding is not zero");
         }},
    Rule{"safe", "Requests that are not padded are answered", Effect::none,
         [](Subject& s) {
           Frame frame = query(s);
           frame.resize(32);
           s.answer_to(frame);
         }},
    Rule{"safe", "Frames too short for their command are ignored", Effect::none,
         [](Subject& s) {
           for (const auto& [command, bytes] :
                {std::pair{0u, 35u}, {1u, 31u}, {2u, 27u}, {3u, 25u}, {1u, 24u}}) {
             Frame frame = query(s);
             frame[19] = static_cast<std::byte>(command);
             frame.resize(bytes);
             must(s.ignores(frame), "command {} in {} bytes is answered", command, bytes);
           }
         }},
    Rule{"safe", "Broadcast, multicast and zero sources are not answered; on lo, zero is", Effect::none,
         [](Subject& s) {
           ignored_source(s, base::MacAddress::broadcast());
           ignored_source(s, {{0x01, 0x00, 0x5e, 0x00, 0x00, 0x01}});
           if (!s.own_mac().is_zero()) ignored_source(s, {});
         }},
};

}  // namespace

std::span<const Rule> header_rules() {
  return kRules;
}

}  // namespace conformance
