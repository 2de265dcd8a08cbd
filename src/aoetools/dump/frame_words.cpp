#include "aoetools/dump/frame_words.h"

#include "aoe/ata.h"
#include "base/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace aoetools {

namespace {

namespace opcode = aoe::ata::opcode;

// More of them than anybody reads.
constexpr std::size_t kMostMacs = 8;

std::uint8_t octet(base::Bytes frame, std::size_t at) {
  return std::to_integer<std::uint8_t>(frame[at]);
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string macs_text(const std::vector<base::MacAddress>& macs) {
  std::string text;
  for (std::size_t i = 0; i < std::min(macs.size(), kMostMacs); ++i)
    text += (i == 0 ? "" : ", ") + macs[i].text();
  if (macs.size() > kMostMacs) text += fmt::format(" and {} more", macs.size() - kMostMacs);
  return text;
}

struct AtaCommand {
  std::uint8_t opcode;
  std::string_view words;
  std::optional<bool> extended = std::nullopt;  // of those that name sectors: an address of 48 bits, not 28
};

constexpr auto kAtaCommands = std::to_array<AtaCommand>({
    {opcode::read_sectors, "read", false},
    {opcode::read_sectors_ext, "read", true},
    {opcode::write_sectors, "write", false},
    {opcode::write_sectors_ext, "write", true},
    {opcode::read_dma, "read by DMA", false},
    {opcode::read_dma_ext, "read by DMA", true},
    {opcode::write_dma, "write by DMA", false},
    {opcode::write_dma_ext, "write by DMA", true},
    {opcode::write_dma_fua_ext, "write through by DMA", true},
    {opcode::read_multiple, "read in blocks", false},
    {opcode::read_multiple_ext, "read in blocks", true},
    {opcode::write_multiple, "write in blocks", false},
    {opcode::write_multiple_ext, "write in blocks", true},
    {opcode::write_multiple_fua_ext, "write through in blocks", true},
    {opcode::read_verify, "verify", false},
    {opcode::read_verify_ext, "verify", true},
    {opcode::identify_device, "identify"},
    {opcode::flush_cache, "flush"},
    {opcode::flush_cache_ext, "flush"},
    {opcode::data_set_management, "trim"},
    {opcode::check_power_mode, "check power mode"},
    {opcode::set_features, "set features"},
    {opcode::set_multiple_mode, "set the size of blocks"},
});

std::string ata_words(base::Bytes frame) {
  if (frame.size() < aoe::kAtaHeaderBytes) return "ATA command, cut short";
  const std::uint8_t command = octet(frame, aoe::ata_offset::command);
  if (command == opcode::smart) return fmt::format("SMART {:#04x}", octet(frame, aoe::ata_offset::feature));
  const auto* const found = std::ranges::find(kAtaCommands, command, &AtaCommand::opcode);
  if (found == kAtaCommands.end()) return fmt::format("ATA command {:#04x}", command);
  if (!found->extended) return std::string(found->words);
  std::uint64_t lba = 0;
  for (std::size_t i = 0; i < 6; ++i) lba |= std::uint64_t{octet(frame, aoe::ata_offset::lba + i)} << 8 * i;
  if (!*found->extended) lba &= aoe::ata::kLba28Limit;
  return fmt::format("{} {} at {}", found->words, counted(octet(frame, aoe::ata_offset::count), "sector"),
                     lba);
}

std::string config_words(base::Bytes frame) {
  if (frame.size() < aoe::kConfigHeaderBytes) return "config query, cut short";
  constexpr std::string_view kNames[] = {"read", "test", "prefix", "set", "force set"};
  const unsigned command = octet(frame, aoe::config_offset::command) & 0x0f;
  if (command >= std::size(kNames)) return fmt::format("config query {}", command);
  if (command == 0) return "config read";
  const std::size_t length = base::load_be<std::uint16_t>(&frame[aoe::config_offset::length]);
  const base::Bytes rest = frame.subspan(aoe::kConfigHeaderBytes);
  return fmt::format(
      "config {} '{}'{}", kNames[command], base::printable(rest.first(std::min(length, rest.size()))),
      length > rest.size() ? fmt::format(", cut short: it is said to have {} bytes", length) : "");
}

std::string mask_words(base::Bytes frame) {
  if (frame.size() < aoe::kMaskHeaderBytes) return "mask, cut short";
  const std::uint8_t command = octet(frame, aoe::mask_offset::command);
  if (command == 0) return "mask read";
  if (command != 1) return fmt::format("mask command {}", command);
  constexpr std::string_view kNames[] = {"nothing with", "add", "delete"};
  const std::size_t count = octet(frame, aoe::mask_offset::count);
  const base::Bytes list = frame.subspan(aoe::kMaskHeaderBytes);
  std::string text = "mask edit";
  for (std::size_t i = 0; i < std::min(count, kMostMacs); ++i) {
    if ((i + 1) * aoe::kDirectiveBytes > list.size()) return text + ", cut short";
    const std::uint8_t directive = octet(list, i * aoe::kDirectiveBytes + 1);
    text += fmt::format("{} {} {}", i == 0 ? ":" : ",",
                        directive < std::size(kNames) ? kNames[directive] : "an unknown directive for",
                        base::MacAddress::load(&list[i * aoe::kDirectiveBytes + 2]).text());
  }
  if (count > kMostMacs) text += fmt::format(" and {} more", count - kMostMacs);
  return text;
}

std::string reserve_words(base::Bytes frame) {
  if (frame.size() < aoe::kReserveHeaderBytes) return "reserve, cut short";
  constexpr std::string_view kNames[] = {"read", "set", "force"};
  const std::uint8_t command = octet(frame, aoe::reserve_offset::command);
  if (command >= std::size(kNames)) return fmt::format("reserve command {}", command);
  if (command == 0) return "reserve read";
  const std::size_t count = octet(frame, aoe::reserve_offset::count);
  const base::Bytes list = frame.subspan(aoe::kReserveHeaderBytes);
  std::vector<base::MacAddress> macs;
  for (std::size_t i = 0; i < count && (i + 1) * base::MacAddress::kBytes <= list.size(); ++i)
    macs.push_back(base::MacAddress::load(&list[i * base::MacAddress::kBytes]));
  std::string text = fmt::format("reserve {}", kNames[command]);
  if (count == 0) return text + " for nobody";
  if (!macs.empty()) text += " for " + macs_text(macs);
  return macs.size() < count ? text + ", cut short" : text;
}

ReplyWords body_words(std::monostate) {
  return {false, "a vendor's reply"};
}

ReplyWords body_words(const aoe::ConfigReply& reply) {
  return {false,
          fmt::format("{}, {} a frame, firmware {:#06x}, config '{}'", counted(reply.buffer_count, "buffer"),
                      counted(reply.sectors(), "sector"), reply.firmware, base::printable(reply.text))};
}

ReplyWords body_words(const aoe::AtaReply& reply) {
  if (reply.ok()) return {false, "done"};
  return {true, "failed: " + aoe::ata_error_text(reply.status, reply.error)};
}

ReplyWords body_words(const aoe::MaskReply& reply) {
  if (reply.error != aoe::MaskError::none) {
    return {true, fmt::format("failed at directive {}: {}", reply.failed_directive + 1,
                              aoe::error_text(reply.error))};
  }
  return {false, (reply.macs.empty() ? "everybody" : macs_text(reply.macs)) + " may talk"};
}

ReplyWords body_words(const aoe::ReserveReply& reply) {
  return {false, reply.macs.empty() ? "free" : "held by " + macs_text(reply.macs)};
}

}  // namespace

std::string request_words(const aoe::Header& header, base::Bytes frame) {
  constexpr std::array<std::string (*)(base::Bytes), 4> kWords{ata_words, config_words, mask_words,
                                                               reserve_words};
  return header.command < kWords.size() ? kWords[header.command](frame) : command_words(header.command);
}

ReplyWords reply_words(const aoe::Response& response) {
  if (response.failed()) return {true, "refused: " + aoe::error_text(response.header.error)};
  return std::visit([](const auto& body) { return body_words(body); }, response.body);
}

std::string command_words(std::uint8_t command) {
  constexpr std::string_view kNames[] = {"ATA", "config", "mask", "reserve"};
  return command < std::size(kNames) ? std::string(kNames[command]) : fmt::format("command {:#04x}", command);
}

}  // namespace aoetools
