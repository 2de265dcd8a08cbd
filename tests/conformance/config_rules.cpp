#include "tests/conformance/rule.h"

#include <algorithm>
#include <array>

namespace conformance {

namespace {

using aoe::ConfigCommand;

Frame request(const Subject& subject, ConfigCommand command, std::string_view text = {}) {
  return aoe::config_request(subject.envelope(), command, bytes_of(text));
}

std::string reply_text(Subject& subject, const Frame& frame) {
  Frame memory;
  const auto reply = subject.expect<aoe::ConfigReply>(frame, memory);
  return {reinterpret_cast<const char*>(reply.text.data()), reply.text.size()};
}

// Sets a string for the time of a rule.
class Scene {
 public:
  Scene(Subject& subject, std::string_view text) : subject_(subject), before_(subject.config_string()) {
    subject.set_config_string(text);
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() { subject_.ask(request(subject_, ConfigCommand::force_set, before_)); }

 private:
  Subject& subject_;
  std::string before_;
};

// A length that the frame does not hold must not store or show what lies behind it.
void refuses_long_length(Subject& s, std::size_t length) {
  const Scene scene(s, "kept");
  Frame frame = request(s, ConfigCommand::force_set, "short");
  base::store_be<std::uint16_t>(frame.data() + aoe::config_offset::length,
                                static_cast<std::uint16_t>(length));
  s.ask(frame, 1);
  must(s.config_string() == "kept", "{} bytes are stored", s.config_string().size());
}

const std::array kRules{
    Rule{"3.2", "The reply has version 1, at least 2 buffers, and a sector count", Effect::none,
         [](Subject& s) {
           Frame memory;
           const auto reply = s.expect<aoe::ConfigReply>(request(s, ConfigCommand::read), memory);
           must(reply.version == 1, "version {}", reply.version);
           must(reply.buffer_count >= 2, "{} buffers: the Linux driver would hang", reply.buffer_count);
           must(36 + 512u * s.sectors_per_frame() <= 14 + s.mtu(), "{} sectors do not fit the MTU {}",
                s.sectors_per_frame(), s.mtu());
         }},
    Rule{"3.2", "A read ignores the length field", Effect::none,
         [](Subject& s) {
           Frame frame = request(s, ConfigCommand::read);
           base::store_be<std::uint16_t>(frame.data() + aoe::config_offset::length, 1024);
           reply_text(s, frame);
         }},
    Rule{"3.2", "Force set replaces the string, and an empty one clears it", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "first");
           must(reply_text(s, request(s, ConfigCommand::force_set, "second")) == "second",
                "not in the reply");
           must(s.config_string() == "second", "\"{}\"", s.config_string());
           must(reply_text(s, request(s, ConfigCommand::force_set)).empty(), "not cleared");
         }},
    Rule{"3.2", "Set works when no string is set", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "");
           must(reply_text(s, request(s, ConfigCommand::set, "claimed")) == "claimed", "not set");
         }},
    Rule{"3.2", "Set is refused with error 4 when another string is set", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "mine");
           s.expect_error(request(s, ConfigCommand::set, "theirs"), aoe::AoeError::config_present);
           must(s.config_string() == "mine", "\"{}\"", s.config_string());
         }},
    Rule{"3.2", "Test answers an exact match only", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "mine");
           must(reply_text(s, request(s, ConfigCommand::test, "mine")) == "mine", "another string");
           for (const char* other : {"", "min", "mine!", "mini"}) {
             must(s.ignores(request(s, ConfigCommand::test, other)), "\"{}\" is answered", other);
           }
         }},
    Rule{"3.2", "Prefix answers a prefix only", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "mine");
           for (const char* prefix : {"", "m", "mine"}) {
             must(reply_text(s, request(s, ConfigCommand::prefix, prefix)) == "mine", "another string");
           }
           for (const char* other : {"n", "mine!"}) {
             must(s.ignores(request(s, ConfigCommand::prefix, other)), "\"{}\" is answered", other);
           }
         }},
    Rule{"3.2", "A string may have 1024 bytes, of any value", Effect::changes,
         [](Subject& s) {
           if (s.mtu() < 1042) throw NotOffered{"the MTU is too small"};
           const Scene scene(s, "");
           std::string text(1024, '\0');
           for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7);
           must(reply_text(s, request(s, ConfigCommand::force_set, text)) == text, "another string");
         }},
    Rule{"3.2", "A string over 1024 bytes is not stored", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "kept");
           s.ask(request(s, ConfigCommand::force_set, std::string(1025, 'x')), 1);
           must(s.config_string() == "kept", "{} bytes", s.config_string().size());
         }},
    Rule{"safe", "A length just over the frame is not stored", Effect::changes,
         [](Subject& s) { refuses_long_length(s, 29); }},
    Rule{"safe", "A length far over the frame is not stored", Effect::changes,
         [](Subject& s) { refuses_long_length(s, 1024); }},
    Rule{"safe", "A length as long as the whole frame is not stored", Effect::changes,
         [](Subject& s) { refuses_long_length(s, 60); }},
    Rule{"3.2", "Unknown config commands are refused with error 2", Effect::none,
         [](Subject& s) {
           for (const unsigned command : {5u, 15u}) {
             s.expect_error(request(s, static_cast<ConfigCommand>(command)), aoe::AoeError::bad_argument);
           }
         }},
    Rule{"safe", "A broadcast does not set the string of every target", Effect::changes,
         [](Subject& s) {
           const Scene scene(s, "mine");
           aoe::Envelope all{.source = s.own_mac()};
           s.ask(aoe::config_request(all, ConfigCommand::force_set, bytes_of("everybody's")), 1);
           must(s.config_string() == "mine", "it does");
         }},
};

}  // namespace

std::span<const Rule> config_rules() {
  return kRules;
}

}  // namespace conformance
