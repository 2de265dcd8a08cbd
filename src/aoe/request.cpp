#include "aoe/request.h"

#include <algorithm>

namespace aoe {

namespace {

// A frame of zeros with the common header in place: reserved fields and padding need no further thought.
RequestFrame start(const Envelope& envelope, Command command, std::size_t bytes) {
  RequestFrame frame(std::max(bytes, kMinFrameBytes));
  write_header({.destination = envelope.destination,
                .source = envelope.source,
                .address = envelope.address,
                .command = static_cast<std::uint8_t>(command),
                .tag = envelope.tag},
               frame);
  return frame;
}

}  // namespace

RequestFrame config_request(const Envelope& envelope, ConfigCommand command, base::Bytes text) {
  RequestFrame frame = start(envelope, Command::config, kConfigHeaderBytes + text.size());
  frame[config_offset::command] = static_cast<std::byte>(command);
  base::store_be<std::uint16_t>(frame.data() + config_offset::length,
                                static_cast<std::uint16_t>(text.size()));
  std::ranges::copy(text, frame.begin() + kConfigHeaderBytes);
  return frame;
}

RequestFrame ata_request(const Envelope& envelope, const AtaRegisters& registers, base::Bytes payload) {
  RequestFrame frame = start(envelope, Command::ata, kAtaHeaderBytes + payload.size());
  frame[ata_offset::flags] = std::byte{registers.flags};
  frame[ata_offset::feature] = std::byte{registers.feature};
  frame[ata_offset::count] = std::byte{registers.count};
  frame[ata_offset::command] = std::byte{registers.command};
  base::store_le<std::uint32_t>(frame.data() + ata_offset::lba, static_cast<std::uint32_t>(registers.lba));
  base::store_le<std::uint16_t>(frame.data() + ata_offset::lba + 4,
                                static_cast<std::uint16_t>(registers.lba >> 32));
  std::ranges::copy(payload, frame.begin() + kAtaHeaderBytes);
  return frame;
}

RequestFrame read_request(const Envelope& envelope, std::uint64_t sector, std::uint8_t count) {
  return ata_request(
      envelope,
      {.flags = ata_flag::extended, .count = count, .command = ata::opcode::read_sectors_ext, .lba = sector});
}

RequestFrame write_request(const Envelope& envelope, std::uint64_t sector, base::Bytes data) {
  return ata_request(envelope,
                     {.flags = ata_flag::extended | ata_flag::write,
                      .count = static_cast<std::uint8_t>(data.size() / kSectorBytes),
                      .command = ata::opcode::write_sectors_ext,
                      .lba = sector},
                     data);
}

RequestFrame identify_request(const Envelope& envelope, std::size_t trailing) {
  RequestFrame frame = ata_request(envelope, {.count = 1, .command = ata::opcode::identify_device});
  frame.resize(std::max(kAtaHeaderBytes + trailing, kMinFrameBytes));
  return frame;
}

RequestFrame smart_request(const Envelope& envelope, std::uint8_t feature, std::uint8_t log,
                           std::uint8_t pages, base::Bytes payload) {
  return ata_request(envelope,
                     {.flags = payload.empty() ? std::uint8_t{0} : ata_flag::write,
                      .feature = feature,
                      .count = pages,
                      .command = ata::opcode::smart,
                      .lba = log | std::uint64_t{ata::kSmartKey} << 8},
                     payload);
}

RequestFrame mask_read_request(const Envelope& envelope) {
  return start(envelope, Command::mask, kMaskHeaderBytes);
}

RequestFrame mask_edit_request(const Envelope& envelope, const std::vector<MaskEdit>& edits) {
  RequestFrame frame = start(envelope, Command::mask, kMaskHeaderBytes + edits.size() * kDirectiveBytes);
  frame[mask_offset::command] = static_cast<std::byte>(MaskCommand::edit);
  frame[mask_offset::count] = static_cast<std::byte>(edits.size());
  std::byte* at = frame.data() + kMaskHeaderBytes;
  for (const MaskEdit& edit : edits) {
    at[1] = static_cast<std::byte>(edit.command);
    edit.mac.store(at + 2);
    at += kDirectiveBytes;
  }
  return frame;
}

RequestFrame reserve_request(const Envelope& envelope, ReserveCommand command,
                             const std::vector<base::MacAddress>& macs) {
  RequestFrame frame =
      start(envelope, Command::reserve, kReserveHeaderBytes + macs.size() * base::MacAddress::kBytes);
  frame[reserve_offset::command] = static_cast<std::byte>(command);
  frame[reserve_offset::count] = static_cast<std::byte>(macs.size());
  std::byte* at = frame.data() + kReserveHeaderBytes;
  for (const base::MacAddress& mac : macs) {
    mac.store(at);
    at += base::MacAddress::kBytes;
  }
  return frame;
}

}  // namespace aoe
