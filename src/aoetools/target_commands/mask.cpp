// aoe mask: the list of MAC addresses that a target lets talk to it, kept by the target itself.
#include "aoetools/wire/target_words.h"

#include <algorithm>

namespace aoetools {

namespace {

// Whoever edits a list from a machine that is not in it cannot take that back.
bool leaves_out(const std::vector<base::MacAddress>& macs, base::MacAddress mac) {
  return !macs.empty() && std::ranges::find(macs, mac) == macs.end();
}

std::vector<aoe::MaskEdit> edits_of(aoe::MaskDirective directive, const std::vector<base::MacAddress>& macs) {
  std::vector<aoe::MaskEdit> edits;
  for (const auto& mac : macs) edits.push_back({directive, mac});
  return edits;
}

// Lists where there are no edits. nullopt: stderr says why.
struct Listed {
  std::vector<base::MacAddress> macs;
  base::MacAddress own;  // of the interface that the answer came in on
};
std::optional<Listed> ask(const Invocation& invocation, const TargetWords& target, Wire& wire,
                          const std::vector<aoe::MaskEdit>& edits) {
  const auto answer = target.ask(invocation, wire, [&](const aoe::Envelope& envelope) {
    return edits.empty() ? aoe::mask_read_request(envelope) : aoe::mask_edit_request(envelope, edits);
  });
  if (!answer) return std::nullopt;
  const auto* reply = std::get_if<aoe::MaskReply>(&answer->response.body);
  if (!reply) {
    complain(invocation, "{} answered something else", target.address.text());
    return std::nullopt;
  }
  if (reply->error != aoe::MaskError::none) {
    const auto index = reply->failed_directive;
    complain(invocation, "{} refuses {}: {}", target.address.text(),
             index < edits.size() ? edits[index].mac.text() : "the edit", aoe::error_text(reply->error));
    return std::nullopt;
  }
  return Listed{.macs = reply->macs, .own = wire.ports()[answer->port].interface.mac};
}

}  // namespace

int mask(const Invocation& invocation) {
  TargetWords target;
  Options options(
      invocation,
      "Lists or edits a target's mask: the MAC addresses that may use it. An empty list allows all.\n"
      "Add this machine first, or it locks itself out.",
      {{"aoe mask e1.0", "list it"},
       {"aoe mask e1.0 add 00:80:c8:ca:ff:65", "allow this host"},
       {"aoe mask e1.0 remove 00:80:c8:ca:ff:65", "remove this host from the list"},
       {"aoe mask e1.0 clear", "allow all"}});
  target.add_to(options, "list, add MAC..., remove MAC..., clear");
  if (const auto status = options.parse()) return *status;
  if (!target.parse_words(invocation, {"list", "add", "remove", "clear"}, {{"delete", "remove"}}))
    return kUsage;
  const bool edits = target.verb == "add" || target.verb == "remove";
  if (edits == target.macs.empty()) {
    complain(invocation, "'{}' takes {}", target.verb, edits ? "MAC addresses" : "no MAC address");
    return kUsage;
  }
  auto wire = Wire::open(target.interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  const auto directive = target.verb == "add" ? aoe::MaskDirective::add : aoe::MaskDirective::remove;
  auto listed = ask(invocation, target, *wire, edits_of(directive, target.macs));
  if (listed && target.verb == "clear" && !listed->macs.empty())
    listed = ask(invocation, target, *wire, edits_of(aoe::MaskDirective::remove, listed->macs));
  if (!listed) return kFailed;
  if (leaves_out(listed->macs, listed->own)) {
    complain(invocation, "warning: {} of this machine is not in the list, and gets no answer from now on",
             listed->own.text());
  }
  target.print(listed->macs, "no mask, everybody may talk to it");
  return kDone;
}

}  // namespace aoetools
