#include "aoe/target.h"

#include "aoe/config_query.h"
#include "aoe/request_context.h"

#include <cstring>

namespace aoe {

namespace {

// The frames that are never answered, in the order of the cheapest test. A host that a list keeps out hears
// nothing: to it the target does not exist.
DropReason reason_to_drop(const Header& header, const Target& target, const Station& station) {
  if (header.flags & kResponseFlag) return DropReason::not_a_request;
  if (!header.address.reaches(target.address)) return DropReason::not_ours;
  if (header.destination != station.mac && header.destination != base::MacAddress::broadcast()) {
    return DropReason::not_ours;  // a bridge or a promiscuous interface showed us another host's frame
  }
  // An answer to a group, to nobody or to ourselves would be a storm or a loop.
  if (header.source.is_group()) return DropReason::bad_source;
  if (!station.loopback && (header.source.is_zero() || header.source == station.mac))
    return DropReason::bad_source;
  if (station.mtu < kMinMtu) return DropReason::small_mtu;
  if (!protocol_list_lets(target.mask, header.source)) return DropReason::masked;
  if (!target.access.read.let(header.source)) return DropReason::refused;
  return DropReason::none;
}

}  // namespace

std::uint32_t sectors_per_frame(std::uint32_t mtu) {
  if (mtu < kMinMtu) return 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>((mtu - kAtaHeaderBytes) / kSectorBytes, 0xff));
}

Judgement judge(base::Bytes request, Target& target, const Station& station, base::MutableBytes reply) {
  Header header;
  if (!read_header(request, header)) return drop(DropReason::malformed);
  if (const DropReason reason = reason_to_drop(header, target, station); reason != DropReason::none) {
    return drop(reason);
  }
  const RequestContext x{
      .request = request, .header = header, .target = target, .station = station, .reply = reply};
  if (header.version != kVersion) return refuse(x, AoeError::bad_version);
  switch (static_cast<Command>(header.command)) {
    case Command::ata:
      return judge_ata(x);
    case Command::config:
      return judge_config(x);
    case Command::mask:
      return judge_mask(x);
    case Command::reserve:
      return judge_reserve(x);
  }
  return refuse(x, AoeError::bad_command);
}

bool may_change_state(base::Bytes request) {
  const auto byte = [&](std::size_t at) {
    return at < request.size() ? std::to_integer<std::uint8_t>(request[at]) : std::uint8_t{0};
  };
  switch (static_cast<Command>(byte(kCommandOffset))) {
    case Command::config:
      return (byte(config_offset::command) & 0x0f) >= static_cast<std::uint8_t>(ConfigCommand::set);
    case Command::mask:
      return byte(mask_offset::command) != static_cast<std::uint8_t>(MaskCommand::read);
    case Command::reserve:
      return byte(reserve_offset::command) != static_cast<std::uint8_t>(ReserveCommand::read);
    default:
      return false;
  }
}

std::uint32_t refuse_unkept(base::MutableBytes reply) {
  Header header;
  read_header(reply, header);
  header.flags |= kErrorFlag;
  header.error = AoeError::unavailable;
  write_header(header, reply);
  std::memset(reply.data() + kHeaderBytes, 0, kMinFrameBytes - kHeaderBytes);
  return kMinFrameBytes;
}

std::uint32_t advertise(const Target& target, const Station& station, base::MutableBytes reply,
                        base::MacAddress destination) {
  if (station.mtu < kMinMtu) return 0;
  write_header({.destination = destination,
                .source = station.mac,
                .flags = kResponseFlag,
                .address = target.address,
                .command = static_cast<std::uint8_t>(Command::config)},
               reply);
  return write_config(target, station, ConfigCommand::read, reply);
}

bool read_address(base::Bytes frame, Address& address) {
  Header header;
  if (!read_header(frame, header) || (header.flags & kResponseFlag)) return false;
  address = header.address;
  return true;
}

}  // namespace aoe
