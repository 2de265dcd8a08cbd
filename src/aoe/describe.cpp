#include "aoe/describe.h"

#include "aoe/ata.h"
#include "aoe/response.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace aoe {

namespace {

std::uint8_t octet(base::Bytes frame, std::size_t at) {
  return std::to_integer<std::uint8_t>(frame[at]);
}

std::string quoted(base::Bytes text) {
  std::string result = "\"";
  for (const std::byte byte : text) {
    const auto c = std::to_integer<char>(byte);
    if (c == '"' || c == '\\') result += '\\';
    if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", std::to_integer<unsigned>(byte));
    }
  }
  return result + '"';
}

std::string address_text(Address address) {
  const std::string shelf = address.shelf == Address::kAllShelves ? "*" : fmt::format("{}", address.shelf);
  const std::string slot = address.slot == Address::kAllSlots ? "*" : fmt::format("{}", address.slot);
  return shelf + "." + slot;
}

std::string macs_text(const std::vector<base::MacAddress>& macs) {
  if (macs.empty()) return "nobody";
  std::string text;
  for (const auto& mac : macs) text += (text.empty() ? "" : " ") + mac.text();
  return text;
}

std::string_view command_name(ConfigCommand command) {
  constexpr std::array<std::string_view, 5> names{"read", "test", "prefix", "set", "force set"};
  const auto index = static_cast<std::size_t>(command);
  return index < names.size() ? names[index] : "unknown command";
}

std::string_view command_name(ReserveCommand command) {
  constexpr std::array<std::string_view, 3> names{"read", "set", "force set"};
  const auto index = static_cast<std::size_t>(command);
  return index < names.size() ? names[index] : "unknown command";
}

std::string opcode_text(std::uint8_t code) {
  namespace op = ata::opcode;
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 24> names{
      {{op::data_set_management, "DATA SET MANAGEMENT"},
       {op::read_sectors, "READ SECTORS"},
       {op::read_sectors_ext, "READ SECTORS EXT"},
       {op::read_dma_ext, "READ DMA EXT"},
       {op::read_multiple_ext, "READ MULTIPLE EXT"},
       {op::write_sectors, "WRITE SECTORS"},
       {op::write_sectors_ext, "WRITE SECTORS EXT"},
       {op::write_dma_ext, "WRITE DMA EXT"},
       {op::write_multiple_ext, "WRITE MULTIPLE EXT"},
       {op::write_dma_fua_ext, "WRITE DMA FUA EXT"},
       {op::read_verify, "READ VERIFY"},
       {op::read_verify_ext, "READ VERIFY EXT"},
       {op::smart, "SMART"},
       {op::read_multiple, "READ MULTIPLE"},
       {op::write_multiple, "WRITE MULTIPLE"},
       {op::set_multiple_mode, "SET MULTIPLE MODE"},
       {op::read_dma, "READ DMA"},
       {op::write_dma, "WRITE DMA"},
       {op::write_multiple_fua_ext, "WRITE MULTIPLE FUA EXT"},
       {op::check_power_mode, "CHECK POWER MODE"},
       {op::flush_cache, "FLUSH CACHE"},
       {op::flush_cache_ext, "FLUSH CACHE EXT"},
       {op::identify_device, "IDENTIFY DEVICE"},
       {op::set_features, "SET FEATURES"}}};
  const auto* found = std::ranges::find(names, code, &std::pair<std::uint8_t, std::string_view>::first);
  return found == names.end() ? fmt::format("command {:#04x}", code) : std::string(found->second);
}

std::string ata_request_text(base::Bytes frame) {
  const std::byte* at = frame.data() + ata_offset::lba;
  const std::uint64_t lba =
      base::load_le<std::uint32_t>(at) | std::uint64_t{base::load_le<std::uint16_t>(at + 4)} << 32;
  const bool extended = octet(frame, ata_offset::flags) & ata_flag::extended;
  std::string text = fmt::format("ATA {} {} at {}", opcode_text(octet(frame, ata_offset::command)),
                                 octet(frame, ata_offset::count), extended ? lba : lba & ata::kLba28Limit);
  if (const unsigned feature = octet(frame, ata_offset::feature))
    text += fmt::format(", feature {:#04x}", feature);
  if (extended) text += ", 48 bit";
  if (const std::size_t data = frame.size() - kAtaHeaderBytes; data >= kSectorBytes) {
    text += fmt::format(", {} bytes of data", data);
  }
  return text;
}

std::string config_request_text(base::Bytes frame) {
  const auto command = static_cast<ConfigCommand>(octet(frame, config_offset::command) & 0x0f);
  std::string text = fmt::format("config {}", command_name(command));
  if (command == ConfigCommand::read) return text;
  const std::size_t length = base::load_be<std::uint16_t>(frame.data() + config_offset::length);
  const base::Bytes rest = frame.subspan(kConfigHeaderBytes);
  if (length > rest.size())
    return text + fmt::format(" of {} bytes, of which {} are here", length, rest.size());
  return text + ' ' + quoted(rest.first(length));
}

std::string mask_request_text(base::Bytes frame) {
  const auto command = static_cast<MaskCommand>(octet(frame, mask_offset::command));
  if (command == MaskCommand::read) return "mask read";
  if (command != MaskCommand::edit) return "mask unknown command";
  constexpr std::array<std::string_view, 3> names{"nothing", "add", "remove"};
  std::string text = "mask edit:";
  base::Bytes rest = frame.subspan(kMaskHeaderBytes);
  for (unsigned i = octet(frame, mask_offset::count); i > 0; --i) {
    if (rest.size() < kDirectiveBytes) return text + " cut off";
    const std::size_t directive = octet(rest, 1);
    text += fmt::format(" {} {}", directive < names.size() ? names[directive] : "unknown directive",
                        base::MacAddress::load(rest.data() + 2).text());
    rest = rest.subspan(kDirectiveBytes);
  }
  return text;
}

std::string reserve_request_text(base::Bytes frame) {
  const auto command = static_cast<ReserveCommand>(octet(frame, reserve_offset::command));
  std::string text = fmt::format("reserve {}", command_name(command));
  if (command == ReserveCommand::read) return text;
  base::Bytes rest = frame.subspan(kReserveHeaderBytes);
  std::vector<base::MacAddress> macs;
  for (unsigned i = octet(frame, reserve_offset::count); i > 0; --i) {
    if (rest.size() < base::MacAddress::kBytes) return text + " cut off";
    macs.push_back(base::MacAddress::load(rest.data()));
    rest = rest.subspan(base::MacAddress::kBytes);
  }
  return text + " for " + macs_text(macs);
}

std::string request_text(const Header& header, base::Bytes frame) {
  struct Row {
    std::size_t least;
    std::string (*text)(base::Bytes);
  };
  constexpr std::array<Row, 4> rows{{{kAtaHeaderBytes, ata_request_text},
                                     {kConfigHeaderBytes, config_request_text},
                                     {kMaskHeaderBytes, mask_request_text},
                                     {kReserveHeaderBytes, reserve_request_text}}};
  if (header.command >= rows.size()) return fmt::format("command {:#04x}", header.command);
  const Row& row = rows[header.command];
  return frame.size() < row.least ? fmt::format("cut off after {} bytes", frame.size()) : row.text(frame);
}

std::string body_text(const AtaReply& reply) {
  std::string text = reply.ok() ? fmt::format("ATA ok, status {:#04x}", reply.status)
                                : "ATA failed: " + ata_error_text(reply.status, reply.error);
  if (reply.data.size() >= kSectorBytes) text += fmt::format(", {} bytes of data", reply.data.size());
  return text;
}
std::string body_text(const ConfigReply& reply) {
  return fmt::format("config {} buffers of {} sectors, firmware {:04x}, {}", reply.buffer_count,
                     reply.sectors_per_frame == 0 ? 2 : int{reply.sectors_per_frame}, reply.firmware,
                     quoted(reply.text));
}
std::string body_text(const MaskReply& reply) {
  if (reply.error != MaskError::none) {
    return fmt::format("mask error at directive {}: {}", reply.failed_directive, error_text(reply.error));
  }
  return "mask " + (reply.macs.empty() ? "empty: everybody" : macs_text(reply.macs));
}
std::string body_text(const ReserveReply& reply) {
  return "reserved for " + macs_text(reply.macs);
}
std::string body_text(std::monostate) {
  return "vendor's command";
}

std::string response_text(const Header& header, base::Bytes frame) {
  if (header.flags & kErrorFlag) return "error: " + error_text(header.error);
  const auto response = parse_response(frame);
  if (!response) return "that does not add up";
  return std::visit([](const auto& body) { return body_text(body); }, response->body);
}

}  // namespace

std::string describe(base::Bytes frame) {
  Header header;
  if (!read_header(frame, header)) {
    const bool aoe =
        frame.size() >= kEthernetHeaderBytes && base::load_be<std::uint16_t>(frame.data() + 12) == kEtherType;
    return aoe ? fmt::format("AoE, cut off after {} bytes", frame.size()) : "not AoE";
  }
  const bool response = header.flags & kResponseFlag;
  std::string text = fmt::format("{} {} {:08x} ", address_text(header.address),
                                 response ? "response" : "request", header.tag);
  if (header.version != kVersion) text += fmt::format("version {} ", header.version);
  return text + (response ? response_text(header, frame) : request_text(header, frame));
}

}  // namespace aoe
