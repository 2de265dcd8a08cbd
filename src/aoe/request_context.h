// RequestContext: a request and the room for its reply, as the rules of the commands pass it on in this room.
#pragma once

#include "aoe/header.h"
#include "aoe/target.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace aoe {

struct RequestContext {
  base::Bytes request;
  Header header;  // the request's
  Target& target;
  const Station& station;
  base::MutableBytes reply;

  // The longest reply that this station carries and `reply` holds.
  std::size_t reply_limit() const { return std::min(frame_limit(station.mtu), reply.size()); }
};

// AoEr11 3.3 and 3.4: a mask or a reservation without members is none.
inline bool protocol_list_lets(const std::vector<base::MacAddress>& list, base::MacAddress mac) {
  return list.empty() || contains(list, mac);
}
inline bool may_configure(const RequestContext& x) {
  return x.target.access.remote_configuration && x.target.access.configure.let(x.header.source);
}

inline Judgement drop(DropReason reason) {
  return {.verdict = Verdict::drop, .reason = reason};
}

// Puts the common header of the reply in place: back to the sender, from our own address, version 1.
void start_reply(const RequestContext& x, AoeError error = AoeError::none);
// The reply is its first `bytes`, which are written; it is padded with zeros to an Ethernet frame's least.
Judgement reply_of(const RequestContext& x, std::size_t bytes);
// An AoE error: the header alone.
Judgement refuse(const RequestContext& x, AoeError error, DropReason reason = DropReason::none);

// The rules of each command, AoEr11 sections 3.1 to 3.4. The common checks are done.
Judgement judge_ata(const RequestContext& x);
Judgement judge_config(const RequestContext& x);
Judgement judge_mask(const RequestContext& x);
Judgement judge_reserve(const RequestContext& x);

}  // namespace aoe
