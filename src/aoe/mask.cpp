// The MAC mask list, AoEr11 section 3.3: who may talk to the target, edited by directives in order.
#include "aoe/request_context.h"

#include <algorithm>
#include <cstring>

namespace aoe {

namespace {

std::size_t most_masks(const RequestContext& x) {
  return (x.reply_limit() - kMaskHeaderBytes) / kDirectiveBytes;
}

void start_mask_reply(const RequestContext& x, MaskError error, std::size_t count) {
  start_reply(x);
  std::byte* at = x.reply.data();
  at[kHeaderBytes] = std::byte{0};
  at[mask_offset::command] = x.request[mask_offset::command];
  at[mask_offset::error] = static_cast<std::byte>(error);
  at[mask_offset::count] = static_cast<std::byte>(count);
}

Judgement reply_list(const RequestContext& x, bool changed = false) {
  // A list that came from a configuration file may be longer than a frame: the answer shows what fits.
  const std::size_t count = std::min({x.target.mask.size(), most_masks(x), std::size_t{0xff}});
  start_mask_reply(x, MaskError::none, count);
  std::byte* at = x.reply.data() + kMaskHeaderBytes;
  for (std::size_t i = 0; i < count; ++i, at += kDirectiveBytes) {
    at[0] = at[1] = std::byte{0};
    x.target.mask[i].store(at + 2);
  }
  Judgement judgement = reply_of(x, kMaskHeaderBytes + count * kDirectiveBytes);
  judgement.state_changed = changed;
  return judgement;
}

Judgement reply_failure(const RequestContext& x, MaskError error, std::size_t index, bool changed,
                        DropReason reason = DropReason::none) {
  start_mask_reply(x, error, index);
  Judgement judgement = reply_of(x, kMaskHeaderBytes);
  judgement.state_changed = changed;
  judgement.reason = reason;
  return judgement;
}

MaskError apply(const std::byte* directive, std::size_t most, std::vector<base::MacAddress>& mask) {
  const auto mac = base::MacAddress::load(directive + 2);
  switch (static_cast<MaskDirective>(directive[1])) {
    case MaskDirective::nothing:
      return MaskError::none;
    case MaskDirective::add:
      if (contains(mask, mac)) return MaskError::none;
      if (mask.size() >= most) return MaskError::full;
      mask.push_back(mac);
      return MaskError::none;
    case MaskDirective::remove:
      std::erase(mask, mac);
      return MaskError::none;
  }
  return MaskError::bad_directive;
}

Judgement edit(const RequestContext& x) {
  if (x.header.address.is_broadcast()) return drop(DropReason::broadcast_risk);
  const auto count = std::to_integer<std::size_t>(x.request[mask_offset::count]);
  const base::Bytes directives = x.request.subspan(kMaskHeaderBytes);
  if (count * kDirectiveBytes > directives.size()) return refuse(x, AoeError::bad_argument);
  if (!may_configure(x)) return reply_failure(x, MaskError::unspecified, 0, false, DropReason::refused);
  const std::size_t most = std::min(kMaxMask, most_masks(x));
  const std::vector<base::MacAddress> before = x.target.mask;
  for (std::size_t i = 0; i < count; ++i) {
    const MaskError error = apply(directives.data() + i * kDirectiveBytes, most, x.target.mask);
    if (error != MaskError::none) return reply_failure(x, error, i, x.target.mask != before);
  }
  return reply_list(x, x.target.mask != before);
}

}  // namespace

Judgement judge_mask(const RequestContext& x) {
  if (x.request.size() < kMaskHeaderBytes) return drop(DropReason::malformed);
  switch (static_cast<MaskCommand>(x.request[mask_offset::command])) {
    case MaskCommand::read:
      return reply_list(x);
    case MaskCommand::edit:
      return edit(x);
  }
  return refuse(x, AoeError::bad_argument);
}

}  // namespace aoe
