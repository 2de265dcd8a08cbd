#include "aoe/response.h"

#include "aoe/ata.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace aoe {

namespace {

std::uint8_t octet(base::Bytes frame, std::size_t at) {
  return std::to_integer<std::uint8_t>(frame[at]);
}

bool parse(base::Bytes frame, ConfigReply& reply) {
  if (frame.size() < kConfigHeaderBytes) return false;
  const std::size_t length = base::load_be<std::uint16_t>(frame.data() + config_offset::length);
  if (length > kMaxConfigString || length > frame.size() - kConfigHeaderBytes) return false;
  const std::uint8_t version_and_command = octet(frame, config_offset::command);
  reply.buffer_count = base::load_be<std::uint16_t>(frame.data() + config_offset::buffers);
  reply.firmware = base::load_be<std::uint16_t>(frame.data() + config_offset::firmware);
  reply.sectors_per_frame = octet(frame, config_offset::sectors);
  reply.version = version_and_command >> 4;
  reply.command = static_cast<ConfigCommand>(version_and_command & 0x0f);
  reply.text = frame.subspan(kConfigHeaderBytes, length);
  return true;
}

bool parse(base::Bytes frame, AtaReply& reply) {
  if (frame.size() < kAtaHeaderBytes) return false;
  const std::byte* lba = frame.data() + ata_offset::lba;
  reply.error = octet(frame, ata_offset::error);
  reply.count = octet(frame, ata_offset::count);
  reply.status = octet(frame, ata_offset::status);
  reply.lba = base::load_le<std::uint32_t>(lba) | std::uint64_t{base::load_le<std::uint16_t>(lba + 4)} << 32;
  reply.data = frame.subspan(kAtaHeaderBytes);
  return true;
}

// `count` addresses, `stride` bytes apart, the first at `at`.
bool parse_macs(base::Bytes list, std::size_t count, std::size_t stride, std::size_t at,
                std::vector<base::MacAddress>& macs) {
  if (count * stride > list.size()) return false;
  macs.resize(count);
  for (std::size_t i = 0; i < count; ++i) macs[i] = base::MacAddress::load(list.data() + i * stride + at);
  return true;
}

bool parse(base::Bytes frame, MaskReply& reply) {
  if (frame.size() < kMaskHeaderBytes) return false;
  reply.command = static_cast<MaskCommand>(octet(frame, mask_offset::command));
  reply.error = static_cast<MaskError>(octet(frame, mask_offset::error));
  const std::uint8_t count = octet(frame, mask_offset::count);
  if (reply.error != MaskError::none) {
    reply.failed_directive = count;
    return true;
  }
  return parse_macs(frame.subspan(kMaskHeaderBytes), count, kDirectiveBytes, 2, reply.macs);
}

bool parse(base::Bytes frame, ReserveReply& reply) {
  if (frame.size() < kReserveHeaderBytes) return false;
  reply.command = static_cast<ReserveCommand>(octet(frame, reserve_offset::command));
  return parse_macs(frame.subspan(kReserveHeaderBytes), octet(frame, reserve_offset::count),
                    base::MacAddress::kBytes, 0, reply.macs);
}

bool parse_body(base::Bytes frame, Response& response) {
  switch (static_cast<Command>(response.header.command)) {
    case Command::ata:
      return parse(frame, response.body.emplace<AtaReply>());
    case Command::config:
      return parse(frame, response.body.emplace<ConfigReply>());
    case Command::mask:
      return parse(frame, response.body.emplace<MaskReply>());
    case Command::reserve:
      return parse(frame, response.body.emplace<ReserveReply>());
  }
  return true;  // a vendor's
}

}  // namespace

bool AtaReply::ok() const {
  return (status & ata::status::trouble) == 0;
}

std::optional<Response> parse_response(base::Bytes frame) {
  std::optional<Response> response(std::in_place);
  if (!read_header(frame, response->header) || !(response->header.flags & kResponseFlag)) return std::nullopt;
  if (!response->failed() && !parse_body(frame, *response)) return std::nullopt;
  return response;
}

std::string error_text(AoeError error) {
  switch (error) {
    case AoeError::none:
      return "no error";
    case AoeError::bad_command:
      return "bad command";
    case AoeError::bad_argument:
      return "bad argument";
    case AoeError::unavailable:
      return "device unavailable";
    case AoeError::config_present:
      return "config string present";
    case AoeError::bad_version:
      return "unsupported version";
    case AoeError::reserved:
      return "target is reserved";
  }
  return fmt::format("AoE error {}", static_cast<int>(error));
}

std::string error_text(MaskError error) {
  switch (error) {
    case MaskError::none:
      return "no error";
    case MaskError::unspecified:
      return "refused";
    case MaskError::bad_directive:
      return "bad directive";
    case MaskError::full:
      return "list is full";
  }
  return fmt::format("mask error {}", static_cast<int>(error));
}

std::string ata_error_text(std::uint8_t status, std::uint8_t error) {
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 3> names{
      {{ata::error::uncorrectable, "unreadable sector"},
       {ata::error::id_not_found, "no such sector"},
       {ata::error::aborted, "aborted"}}};
  std::string text;
  for (const auto& [bit, name] : names) {
    if (!(error & bit)) continue;
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text.empty() ? fmt::format("ATA status {:#04x}, error {:#04x}", status, error) : text;
}

}  // namespace aoe
