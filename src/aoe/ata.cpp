// Command 0, an ATA command. AoEr11 section 3.1. Whatever is wrong with one becomes an ATA error, which an
// initiator hands to its caller at once; the Linux driver drops AoE errors and asks again for three minutes.
#include "aoe/ata.h"

#include "aoe/identify.h"
#include "aoe/request_context.h"
#include "aoe/smart.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace aoe {

namespace {

enum class Action : std::uint8_t {
  unknown,
  read,
  write,
  verify,
  flush,
  trim,
  identify,
  check_power,
  set_features,
  set_multiple,
  smart
};

struct Rule {
  Action action = Action::unknown;
  bool extended = false;  // 48 bit addresses: the opcode says so, the E flag need not
  bool durable = false;
};

constexpr std::array<Rule, 256> kRules = [] {
  using namespace ata::opcode;
  std::array<Rule, 256> rules{};
  for (const auto code : {read_sectors, read_multiple, read_dma}) rules[code] = {Action::read};
  for (const auto code : {read_sectors_ext, read_multiple_ext, read_dma_ext})
    rules[code] = {Action::read, true};
  for (const auto code : {write_sectors, write_multiple, write_dma}) rules[code] = {Action::write};
  for (const auto code : {write_sectors_ext, write_multiple_ext, write_dma_ext})
    rules[code] = {Action::write, true};
  for (const auto code : {write_dma_fua_ext, write_multiple_fua_ext})
    rules[code] = {Action::write, true, true};
  rules[read_verify] = {Action::verify};
  rules[read_verify_ext] = {Action::verify, true};
  for (const auto code : {flush_cache, flush_cache_ext}) rules[code] = {Action::flush};
  rules[data_set_management] = {Action::trim, true};
  rules[identify_device] = {Action::identify};
  rules[check_power_mode] = {Action::check_power};
  rules[ata::opcode::set_features] = {Action::set_features};
  rules[set_multiple_mode] = {Action::set_multiple};
  rules[ata::opcode::smart] = {Action::smart};
  return rules;
}();

// One frame to all must neither write everywhere nor make every disk work: its answers would be thousands of
// times its size, and its source may be forged.
constexpr bool may_be_sent_to_all(Action action) {
  return action == Action::identify;
}

struct Registers {
  std::uint8_t feature = 0;
  std::uint8_t count = 0;
  std::uint64_t lba = 0;
};

Registers read_registers(base::Bytes request, bool extended) {
  const std::byte* at = request.data();
  Registers registers{.feature = std::to_integer<std::uint8_t>(at[ata_offset::feature]),
                      .count = std::to_integer<std::uint8_t>(at[ata_offset::count])};
  const std::uint64_t low = base::load_le<std::uint32_t>(at + ata_offset::lba);
  const std::uint64_t high = base::load_le<std::uint16_t>(at + ata_offset::lba + 4);
  // The top four of 28 bit addresses' 32 are the device/head register's.
  registers.lba = extended ? low | high << 32 : low & ata::kLba28Limit;
  return registers;
}

void start_ata_reply(const RequestContext& x) {
  constexpr auto known =
      std::byte{ata_flag::extended | ata_flag::device | ata_flag::asynchronous | ata_flag::write};
  start_reply(x);
  std::byte* at = x.reply.data();
  std::memcpy(at + kHeaderBytes, x.request.data() + kHeaderBytes, kAtaHeaderBytes - kHeaderBytes);
  at[ata_offset::flags] &= known;
  at[ata_offset::error] = std::byte{0};
  at[ata_offset::status] = std::byte{ata::status::ready};
  at[kAtaHeaderBytes - 2] = at[kAtaHeaderBytes - 1] = std::byte{0};
}

Judgement fail_ata(const RequestContext& x, std::uint8_t error, DropReason reason = DropReason::none) {
  x.reply[ata_offset::status] = std::byte{ata::status::ready | ata::status::failed};
  x.reply[ata_offset::error] = std::byte{error};
  Judgement judgement = reply_of(x, kAtaHeaderBytes);
  judgement.reason = reason;
  return judgement;
}
Judgement abort(const RequestContext& x) {
  return fail_ata(x, ata::error::aborted);
}

Judgement succeed(const RequestContext& x, std::uint8_t count = 0, std::size_t data_bytes = 0) {
  x.reply[ata_offset::count] = std::byte{count};
  return reply_of(x, kAtaHeaderBytes + data_bytes);
}

Judgement disk(const DiskWork& work) {
  return {.verdict = Verdict::disk, .work = work};
}

bool inside(const Target& target, std::uint64_t sector, std::uint64_t sectors) {
  return sector <= target.sectors && sectors <= target.sectors - sector;
}

// Read-only and not allowed are one refusal: an ATA error, so that the caller's write fails now.
bool may_write(const RequestContext& x) {
  return x.target.access.write.let(x.header.source);
}

Judgement transfer(const RequestContext& x, const Rule& rule) {
  const Registers registers = read_registers(x.request, rule.extended);
  const std::uint32_t sectors = registers.count;
  const std::size_t bytes = sectors * kSectorBytes;
  DiskWork work{.durable = rule.durable, .sector = registers.lba, .sectors = sectors};
  switch (rule.action) {
    case Action::write:
      if (!may_write(x)) return fail_ata(x, ata::error::aborted, DropReason::refused);
      if (x.target.read_only || bytes > x.request.size() - kAtaHeaderBytes) return abort(x);
      work.command = DiskCommand::write;
      work.payload = x.request.subspan(kAtaHeaderBytes, bytes);
      break;
    case Action::verify:
      // ATA means 256 or 65,536 by 0; nobody needs that much work for one small frame.
      if (sectors == 0) return abort(x);
      work.command = DiskCommand::verify;
      break;
    default:
      work.command = DiskCommand::read;
  }
  if (rule.action != Action::verify && sectors > sectors_per_frame(x.station.mtu)) return abort(x);
  if (!inside(x.target, registers.lba, sectors)) return fail_ata(x, ata::error::id_not_found);
  // The count says how many sectors this frame carries, so 0 is none; no frame carries ATA's 256.
  if (sectors == 0) return succeed(x);
  return disk(work);
}

Judgement trim(const RequestContext& x) {
  const Registers registers = read_registers(x.request, true);
  const std::size_t bytes = registers.count * kSectorBytes;
  const base::Bytes ranges = x.request.subspan(kAtaHeaderBytes);
  constexpr std::uint8_t trim_bit = 0x01;
  if (!may_write(x)) return fail_ata(x, ata::error::aborted, DropReason::refused);
  if (x.target.read_only || !x.target.identity.can_trim || registers.feature != trim_bit || bytes == 0 ||
      bytes > ranges.size() || bytes > kMaxTrimRanges * kTrimRangeBytes) {
    return abort(x);
  }
  const base::Bytes payload = ranges.first(bytes);
  for (std::size_t i = 0; i < bytes / kTrimRangeBytes; ++i) {
    const TrimRange range = trim_range(payload, i);
    if (range.sectors > 0 && !inside(x.target, range.sector, range.sectors)) {
      return fail_ata(x, ata::error::id_not_found);
    }
  }
  return disk({.command = DiskCommand::trim, .payload = payload});
}

Judgement identify(const RequestContext& x) {
  write_identify(x.target, x.reply.subspan(kAtaHeaderBytes, kIdentifyBytes));
  return succeed(x, 0, kIdentifyBytes);
}

// Turning the write cache on or off succeeds where that is how it is: the export's configuration decides.
Judgement set_features(const RequestContext& x) {
  constexpr std::uint8_t cache_on = 0x02, cache_off = 0x82;
  const std::uint8_t feature = read_registers(x.request, false).feature;
  const bool so_already = feature == (x.target.identity.write_cache ? cache_on : cache_off);
  return so_already ? succeed(x) : abort(x);
}

Judgement set_multiple(const RequestContext& x) {
  return read_registers(x.request, false).count == ata::kMultipleSectors ? succeed(x) : abort(x);
}

// Every answer has a sector of data, with zeros where there is none to give: aoeping waits for that much.
Judgement answer_smart(const RequestContext& x) {
  const std::byte* at = x.request.data();
  const base::MutableBytes data = x.reply.subspan(kAtaHeaderBytes, kSectorBytes);
  smart::Registers registers{.feature = std::to_integer<std::uint8_t>(at[ata_offset::feature]),
                             .log = std::to_integer<std::uint8_t>(at[ata_offset::lba]),
                             .key = base::load_le<std::uint16_t>(at + ata_offset::lba + 1)};
  std::memset(data.data(), 0, data.size());
  if (!smart::answer(x.target.failing, registers, data)) {
    abort(x);
    return reply_of(x, kAtaHeaderBytes + kSectorBytes);
  }
  base::store_le<std::uint16_t>(x.reply.data() + ata_offset::lba + 1, registers.key);
  return succeed(x, 0, kSectorBytes);
}

// A disk that cannot read what was written to it.
bool is_medium_error(int error) {
#ifdef EREMOTEIO  // Linux alone has it
  if (error == EREMOTEIO) return true;
#endif
  return error == EIO || error == ENODATA || error == EILSEQ;
}

// The ATA error that tells an initiator best what happened.
std::uint8_t error_for(const DiskWork& work, int error) {
  const bool reads = work.command == DiskCommand::read || work.command == DiskCommand::verify;
  if (error == ENXIO) return ata::error::id_not_found;
  if (reads && is_medium_error(error)) return ata::error::uncorrectable;
  return ata::error::aborted;
}

}  // namespace

Judgement judge_ata(const RequestContext& x) {
  if (x.request.size() < kAtaHeaderBytes) return drop(DropReason::malformed);
  const Rule& rule = kRules[std::to_integer<std::uint8_t>(x.request[ata_offset::command])];
  if (!may_be_sent_to_all(rule.action) && x.header.address.is_broadcast())
    return drop(DropReason::broadcast_risk);
  // IDENTIFY is let through, so that hosts waiting for the reservation can see what they wait for.
  if (rule.action != Action::identify && !protocol_list_lets(x.target.reservation, x.header.source)) {
    return refuse(x, AoeError::reserved);
  }
  start_ata_reply(x);
  switch (rule.action) {
    case Action::read:
    case Action::write:
    case Action::verify:
      return transfer(x, rule);
    case Action::flush:
      return disk({.command = DiskCommand::flush});
    case Action::trim:
      return trim(x);
    case Action::identify:
      return identify(x);
    case Action::check_power:
      return succeed(x, ata::kPowerActive);
    case Action::set_features:
      return set_features(x);
    case Action::set_multiple:
      return set_multiple(x);
    case Action::smart:
      return answer_smart(x);
    case Action::unknown:
      break;
  }
  return abort(x);
}

TrimRange trim_range(base::Bytes payload, std::size_t index) {
  const auto entry = base::load_le<std::uint64_t>(payload.data() + index * kTrimRangeBytes);
  return {.sector = entry & 0xffff'ffff'ffff, .sectors = static_cast<std::uint32_t>(entry >> 48)};
}

std::uint32_t finish(const DiskWork& work, int error, base::MutableBytes reply) {
  if (error == 0) {
    reply[ata_offset::count] = std::byte{0};
    if (work.command == DiskCommand::read) {
      return static_cast<std::uint32_t>(kAtaHeaderBytes + work.sectors * kSectorBytes);
    }
  } else {
    reply[ata_offset::status] = std::byte{ata::status::ready | ata::status::failed};
    reply[ata_offset::error] = std::byte{error_for(work, error)};
  }
  std::memset(reply.data() + kAtaHeaderBytes, 0, kMinFrameBytes - kAtaHeaderBytes);
  return kMinFrameBytes;
}

}  // namespace aoe
