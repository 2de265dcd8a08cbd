#include "aoe/config_query.h"

#include "aoe/request_context.h"

#include <algorithm>
#include <cstring>

namespace aoe {

std::uint32_t write_config(const Target& target, const Station& station, ConfigCommand command,
                           base::MutableBytes reply) {
  const std::size_t room = std::min(frame_limit(station.mtu), reply.size()) - kConfigHeaderBytes;
  const std::size_t length = std::min({target.config_string.size(), kMaxConfigString, room});
  std::byte* at = reply.data();
  // Under 2 the Linux driver's window is nothing and it never sends a request.
  base::store_be<std::uint16_t>(at + config_offset::buffers, std::max<std::uint16_t>(target.buffer_count, 2));
  base::store_be<std::uint16_t>(at + config_offset::firmware, kFirmwareVersion);
  at[config_offset::sectors] = static_cast<std::byte>(sectors_per_frame(station.mtu));
  at[config_offset::command] = static_cast<std::byte>((kVersion << 4) | static_cast<int>(command));
  base::store_be<std::uint16_t>(at + config_offset::length, static_cast<std::uint16_t>(length));
  std::copy_n(target.config_string.begin(), length, at + kConfigHeaderBytes);
  const std::size_t bytes = kConfigHeaderBytes + length;
  if (bytes >= kMinFrameBytes) return static_cast<std::uint32_t>(bytes);
  std::memset(at + bytes, 0, kMinFrameBytes - bytes);
  return kMinFrameBytes;
}

namespace {

Judgement reply_config(const RequestContext& x, ConfigCommand command, bool changed = false) {
  start_reply(x);
  const std::uint32_t bytes = write_config(x.target, x.station, command, x.reply);
  return {.verdict = Verdict::reply, .state_changed = changed, .reply_bytes = bytes};
}

Judgement set_config(const RequestContext& x, ConfigCommand command, base::Bytes text) {
  if (x.header.address.is_broadcast()) return drop(DropReason::broadcast_risk);
  std::vector<std::byte>& current = x.target.config_string;
  if (std::ranges::equal(text, current)) return reply_config(x, command);
  if (!may_configure(x)) return refuse(x, AoeError::config_present, DropReason::refused);
  if (command == ConfigCommand::set && !current.empty()) return refuse(x, AoeError::config_present);
  if (kConfigHeaderBytes + text.size() > x.reply_limit()) return refuse(x, AoeError::bad_argument);
  current.assign(text.begin(), text.end());
  return reply_config(x, command, true);
}

}  // namespace

Judgement judge_config(const RequestContext& x) {
  if (x.request.size() < kConfigHeaderBytes) return drop(DropReason::malformed);
  const std::byte* at = x.request.data();
  const auto command = static_cast<ConfigCommand>(at[config_offset::command] & std::byte{0x0f});
  // A read's length means nothing: aoeping sends 1024 with a short frame.
  if (command == ConfigCommand::read) return reply_config(x, command);

  const std::size_t length = base::load_be<std::uint16_t>(at + config_offset::length);
  if (command > ConfigCommand::force_set || length > kMaxConfigString ||
      length > x.request.size() - kConfigHeaderBytes) {
    return refuse(x, AoeError::bad_argument);
  }
  const base::Bytes text = x.request.subspan(kConfigHeaderBytes, length);
  const base::Bytes current = x.target.config_string;
  switch (command) {
    case ConfigCommand::test:
      return std::ranges::equal(text, current) ? reply_config(x, command) : drop(DropReason::no_match);
    case ConfigCommand::prefix:
      return length <= current.size() && std::ranges::equal(text, current.first(length))
                 ? reply_config(x, command)
                 : drop(DropReason::no_match);
    default:
      return set_config(x, command, text);
  }
}

}  // namespace aoe
