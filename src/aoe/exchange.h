// Exchange: one request and the room for its reply, as the commands' rules pass it on. Inside the room only.
#pragma once

#include "aoe/header.h"
#include "aoe/target.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace aoe {

struct Exchange {
  base::Bytes request;
  Header header;  // the request's
  Target& target;
  const Port& port;
  base::MutableBytes reply;

  // The longest reply that this port carries and `reply` holds.
  std::size_t reply_limit() const { return std::min(frame_limit(port.mtu), reply.size()); }
};

// Looked up for every frame where there is a list, so addresses are compared as numbers.
inline bool contains(const std::vector<base::MacAddress>& list, base::MacAddress mac) {
  const auto number = [](const base::MacAddress& address) {
    std::uint32_t low = 0;
    std::uint16_t high = 0;
    std::memcpy(&low, address.octets.data(), sizeof low);
    std::memcpy(&high, address.octets.data() + sizeof low, sizeof high);
    return low | std::uint64_t{high} << 32;
  };
  return std::ranges::find(list, number(mac), number) != list.end();
}
// An empty list lets everybody.
inline bool lets(const std::vector<base::MacAddress>& list, base::MacAddress mac) {
  return list.empty() || contains(list, mac);
}
inline bool may_configure(const Exchange& x) {
  return x.target.access.remote_configuration && lets(x.target.access.configure, x.header.source);
}

inline Judgement drop(DropReason reason) {
  return {.verdict = Verdict::drop, .reason = reason};
}

// Puts the common header of the reply in place: back to the sender, from our own address, version 1.
void start_reply(const Exchange& x, AoeError error = AoeError::none);
// The reply is its first `bytes`, which are written; it is padded with zeros to an Ethernet frame's least.
Judgement reply_of(const Exchange& x, std::size_t bytes);
// An AoE error: the header alone.
Judgement refuse(const Exchange& x, AoeError error, DropReason reason = DropReason::none);

// The rules of each command, AoEr11 sections 3.1 to 3.4. The common checks are done.
Judgement judge_ata(const Exchange& x);
Judgement judge_config(const Exchange& x);
Judgement judge_mask(const Exchange& x);
Judgement judge_reserve(const Exchange& x);

}  // namespace aoe
