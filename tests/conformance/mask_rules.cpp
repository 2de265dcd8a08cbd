#include "tests/conformance/rule.h"

#include <algorithm>
#include <array>

namespace conformance {

namespace {

using aoe::MaskDirective;
using aoe::MaskEdit;
using Macs = std::vector<base::MacAddress>;

base::MacAddress neighbour(unsigned number) {
  return {{0x02, 0xc0, 0, 0, 0, static_cast<std::uint8_t>(number)}};
}

aoe::MaskReply edit(Subject& s, const std::vector<MaskEdit>& edits) {
  Frame memory;
  return s.expect<aoe::MaskReply>(aoe::mask_edit_request(s.envelope(), edits), memory);
}

// Begins with a list of ourselves alone and puts the list back.
class Scene {
 public:
  explicit Scene(Subject& subject) : subject_(subject), before_(subject.mask()) {
    edit(subject, {{MaskDirective::add, subject.own_mac()}});
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() {
    std::vector<MaskEdit> edits;
    try {
      for (const auto& mac : subject_.mask()) {
        if (std::ranges::find(before_, mac) == before_.end()) edits.push_back({MaskDirective::remove, mac});
      }
      edit(subject_, edits);
    } catch (const Broken&) {
      // The rule has failed already, or will be seen to by the next.
    }
  }

 private:
  Subject& subject_;
  Macs before_;
};

bool has(const Macs& macs, base::MacAddress mac) {
  return std::ranges::find(macs, mac) != macs.end();
}

const std::array kRules{
    Rule{"3.3", "The list is read", Effect::none, [](Subject& s) { s.mask(); }},
    Rule{"3.3", "Addresses are added, each once", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           const auto size = s.mask().size();
           for (unsigned i = 1; i <= 4; ++i) edit(s, {{MaskDirective::add, neighbour(i)}});
           edit(s, {{MaskDirective::add, neighbour(2)}});
           const Macs macs = s.mask();
           must(macs.size() == size + 4, "{} entries instead of {}", macs.size(), size + 4);
           for (unsigned i = 1; i <= 4; ++i) must(has(macs, neighbour(i)), "the {}th is lost", i);
         }},
    Rule{"3.3", "Several directives of one request are done in order", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           const auto reply = edit(s, {{MaskDirective::add, neighbour(1)},
                                       {MaskDirective::nothing, {}},
                                       {MaskDirective::add, neighbour(2)},
                                       {MaskDirective::add, neighbour(3)},
                                       {MaskDirective::remove, neighbour(1)}});
           must(reply.error == aoe::MaskError::none, "{}", aoe::error_text(reply.error));
           must(!has(reply.macs, neighbour(1)) && has(reply.macs, neighbour(2)) &&
                    has(reply.macs, neighbour(3)),
                "another list of {}", reply.macs.size());
         }},
    Rule{"3.3", "Any entry can be removed", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           for (unsigned i = 1; i <= 4; ++i) edit(s, {{MaskDirective::add, neighbour(i)}});
           edit(s, {{MaskDirective::remove, neighbour(3)}});
           const Macs macs = s.mask();
           must(!has(macs, neighbour(3)), "it is still there");
           for (const unsigned i : {1u, 2u, 4u}) must(has(macs, neighbour(i)), "another is lost");
         }},
    Rule{"3.3", "An unknown directive is named by its index; earlier ones are done", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           const auto reply =
               edit(s, {{MaskDirective::add, neighbour(1)}, {static_cast<MaskDirective>(9), neighbour(2)}});
           must(reply.error == aoe::MaskError::bad_directive, "{}", aoe::error_text(reply.error));
           must(reply.failed_directive == 1, "index {}", reply.failed_directive);
           must(has(s.mask(), neighbour(1)), "the first is not done");
         }},
    Rule{"3.3", "A full list is said to be full", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           for (unsigned i = 0; i < 255; ++i) {
             const auto reply = edit(s, {{MaskDirective::add, neighbour(i)}});
             if (reply.error == aoe::MaskError::full) return;
             must(reply.error == aoe::MaskError::none, "{}", aoe::error_text(reply.error));
             must(reply.macs.size() >= i, "after {} were added the list has {}", i + 1, reply.macs.size());
           }
           throw Broken{"255 addresses are taken and do not fit the frame"};
         }},
    Rule{"safe", "More directives than the frame holds are refused with error 2", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           Frame frame = aoe::mask_edit_request(s.envelope(), {{MaskDirective::nothing, {}}});
           frame[aoe::mask_offset::count] = std::byte{200};
           s.expect_error(frame, aoe::AoeError::bad_argument);
         }},
    Rule{"3.3", "Unknown mask commands are refused with error 2", Effect::none,
         [](Subject& s) {
           Frame frame = aoe::mask_read_request(s.envelope());
           frame[aoe::mask_offset::command] = std::byte{7};
           s.expect_error(frame, aoe::AoeError::bad_argument);
         }},
    Rule{"3.3", "Hosts that are not on the list are ignored", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           aoe::Envelope outsider = s.envelope();
           outsider.source = neighbour(77);
           // What an outsider sets must not be there afterwards.
           const std::string before = s.config_string();
           Frame frame = aoe::config_request(outsider, aoe::ConfigCommand::force_set, bytes_of("outsider"));
           s.ask(frame, 1);
           const std::string after = s.config_string();
           if (after != before) s.set_config_string(before);
           must(after == before, "its config string is set");
         }},
    Rule{"safe", "A broadcast does not edit every target's list", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           s.ask(aoe::mask_edit_request({.source = s.own_mac()}, {{MaskDirective::add, neighbour(9)}}), 1);
           must(!has(s.mask(), neighbour(9)), "it does");
         }},
};

}  // namespace

std::span<const Rule> mask_rules() {
  return kRules;
}

}  // namespace conformance
