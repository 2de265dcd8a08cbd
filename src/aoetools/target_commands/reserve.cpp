// aoe reserve: which MAC addresses hold a target for themselves.
#include "aoetools/wire/target_words.h"

namespace aoetools {

namespace {

// Every address this machine talks from, so that all its paths stay usable.
std::vector<base::MacAddress> own_addresses(const Wire& wire) {
  std::vector<base::MacAddress> macs;
  for (const auto& port : wire.ports()) {
    if (!port.interface.mac.is_zero()) macs.push_back(port.interface.mac);
  }
  return macs;
}

}  // namespace

int reserve(const Invocation& invocation) {
  TargetWords target;
  Options options(
      invocation,
      "Lists, takes or releases a target's reservation: while it is held, only its holders may read "
      "and write.\nWithout MAC, set and force reserve it for every interface that the request is sent on.",
      {{"aoe reserve e1.0", "list the holders"},
       {"aoe reserve e1.0 set -i eth1", "reserve it for this machine's eth1, if it is free or already ours"},
       {"aoe reserve e1.0 force 00:80:c8:ca:ff:65", "take it from any other holder"},
       {"aoe reserve e1.0 release", "release it"}});
  target.add_to(options, "list, set [MAC...], force [MAC...], release");
  if (const auto status = options.parse()) return *status;
  if (!target.parse_words(invocation, {"list", "set", "force", "release"}, {{"clear", "release"}}))
    return kUsage;
  const bool takes = target.verb == "set" || target.verb == "force";
  if (!takes && !target.macs.empty()) {
    complain(invocation, "'{}' takes no MAC address", target.verb);
    return kUsage;
  }
  auto wire = Wire::open(target.interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  if (takes && target.macs.empty()) target.macs = own_addresses(*wire);

  const auto answer = target.ask(invocation, *wire, [&](const aoe::Envelope& envelope) {
    const auto command = target.verb == "list"    ? aoe::ReserveCommand::read
                         : target.verb == "force" ? aoe::ReserveCommand::force_set
                                                  : aoe::ReserveCommand::set;
    return aoe::reserve_request(envelope, command, target.macs);
  });
  if (!answer) return kFailed;
  const auto* reply = std::get_if<aoe::ReserveReply>(&answer->response.body);
  if (!reply) return complain(invocation, "{} answered something else", target.address.text());
  target.print(reply->macs, "not reserved");
  return kDone;
}

}  // namespace aoetools
