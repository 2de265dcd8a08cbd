// Reserve and release, AoEr11 section 3.4: a list of the hosts that alone may issue ATA commands.
#include "aoe/request_context.h"

#include <algorithm>

namespace aoe {

namespace {

Judgement reply_list(const RequestContext& x, bool changed = false) {
  const std::size_t most = (x.reply_limit() - kReserveHeaderBytes) / base::MacAddress::kBytes;
  const std::size_t count = std::min({x.target.reservation.size(), most, std::size_t{0xff}});
  start_reply(x);
  x.reply[reserve_offset::command] = x.request[reserve_offset::command];
  x.reply[reserve_offset::count] = static_cast<std::byte>(count);
  std::byte* at = x.reply.data() + kReserveHeaderBytes;
  for (std::size_t i = 0; i < count; ++i, at += base::MacAddress::kBytes) x.target.reservation[i].store(at);
  Judgement judgement = reply_of(x, kReserveHeaderBytes + count * base::MacAddress::kBytes);
  judgement.state_changed = changed;
  return judgement;
}

// A set without addresses releases.
Judgement set(const RequestContext& x, bool force) {
  if (x.header.address.is_broadcast()) return drop(DropReason::broadcast_risk);
  const auto count = std::to_integer<std::size_t>(x.request[reserve_offset::count]);
  const base::Bytes addresses = x.request.subspan(kReserveHeaderBytes);
  const std::size_t bytes = count * base::MacAddress::kBytes;
  if (bytes > addresses.size() || count > kMaxReservation || kReserveHeaderBytes + bytes > x.reply_limit()) {
    return refuse(x, AoeError::bad_argument);
  }
  if (!may_configure(x)) return refuse(x, AoeError::reserved, DropReason::refused);
  std::vector<base::MacAddress>& current = x.target.reservation;
  if (!force && !protocol_list_lets(current, x.header.source)) return refuse(x, AoeError::reserved);
  std::vector<base::MacAddress> wanted(count);
  for (std::size_t i = 0; i < count; ++i) {
    wanted[i] = base::MacAddress::load(addresses.data() + i * base::MacAddress::kBytes);
  }
  const bool changed = wanted != current;
  current = std::move(wanted);
  return reply_list(x, changed);
}

}  // namespace

Judgement judge_reserve(const RequestContext& x) {
  if (x.request.size() < kReserveHeaderBytes) return drop(DropReason::malformed);
  switch (static_cast<ReserveCommand>(x.request[reserve_offset::command])) {
    case ReserveCommand::read:
      return reply_list(x);
    case ReserveCommand::set:
      return set(x, false);
    case ReserveCommand::force_set:
      return set(x, true);
  }
  return refuse(x, AoeError::bad_argument);
}

}  // namespace aoe
