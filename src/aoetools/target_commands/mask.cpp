// aoe mask: the list of MAC addresses that a target lets talk to it, kept by the target itself.
#include "aoetools/wire/target_words.h"

#include <algorithm>

namespace aoetools {

namespace {

// Whoever edits a list from a machine that is not in it cannot take that back.
bool leaves_out(const aoe::MaskReply& reply, base::MacAddress mac) {
  return !reply.macs.empty() && std::ranges::find(reply.macs, mac) == reply.macs.end();
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
       {"aoe mask e1.0 delete 00:80:c8:ca:ff:65", "remove this host from the list"}});
  target.add_to(options, "list, add MAC..., delete MAC...");
  if (const auto status = options.parse()) return *status;
  if (!target.parse_words(invocation, {"list", "add", "delete"})) return kUsage;
  if ((target.verb == "list") != target.macs.empty()) {
    complain(invocation, "'{}' takes {}", target.verb,
             target.verb == "list" ? "no MAC address" : "MAC addresses");
    return kUsage;
  }
  std::vector<aoe::MaskEdit> edits;
  const auto directive = target.verb == "add" ? aoe::MaskDirective::add : aoe::MaskDirective::remove;
  for (const auto& mac : target.macs) edits.push_back({directive, mac});

  auto wire = Wire::open(target.interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  const auto answer = target.ask(invocation, *wire, [&](const aoe::Envelope& envelope) {
    return edits.empty() ? aoe::mask_read_request(envelope) : aoe::mask_edit_request(envelope, edits);
  });
  if (!answer) return kFailed;
  const auto* reply = std::get_if<aoe::MaskReply>(&answer->response.body);
  if (!reply) return complain(invocation, "{} answered something else", target.address.text());
  if (reply->error != aoe::MaskError::none) {
    const auto index = reply->failed_directive;
    return complain(invocation, "{} refuses {}: {}", target.address.text(),
                    index < target.macs.size() ? target.macs[index].text() : "the edit",
                    aoe::error_text(reply->error));
  }
  if (leaves_out(*reply, wire->ports()[answer->port].interface.mac)) {
    complain(invocation, "warning: {} of this machine is not in the list, and gets no answer from now on",
             wire->ports()[answer->port].interface.mac.text());
  }
  target.print(reply->macs, "no mask, everybody may talk to it");
  return kDone;
}

}  // namespace aoetools
