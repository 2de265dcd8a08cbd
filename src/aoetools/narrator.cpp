#include "aoetools/narrator.h"

#include "aoe/ata.h"
#include "aoe/response.h"
#include "aoetools/printable.h"

#include <fmt/format.h>

namespace aoetools {

namespace {

constexpr std::size_t kMostRequests = 65536;  // unanswered ones are forgotten beyond that

std::uint64_t number_of(const base::MacAddress& mac) {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : mac.octets) number = number << 8 | octet;
  return number;
}

std::string target_text(aoe::Address address) {
  if (address == aoe::Address::broadcast()) return "all";
  if (!address.is_broadcast()) return address.text();
  return address.shelf == aoe::Address::kAllShelves ? fmt::format("e*.{}", address.slot)
                                                    : fmt::format("e{}.*", address.shelf);
}

std::uint8_t octet(base::Bytes frame, std::size_t at) {
  return static_cast<std::uint8_t>(frame[at]);
}

std::string ata_request_words(base::Bytes frame) {
  namespace opcode = aoe::ata::opcode;
  if (frame.size() < aoe::kAtaHeaderBytes) return "ATA command, cut short";
  const unsigned count = octet(frame, aoe::ata_offset::count);
  const std::uint8_t command = octet(frame, aoe::ata_offset::command);
  std::uint64_t lba = 0;
  for (std::size_t i = 0; i < 6; ++i)
    lba |= static_cast<std::uint64_t>(octet(frame, aoe::ata_offset::lba + i)) << 8 * i;
  const auto sectors = [&](std::string_view verb, std::uint64_t at) {
    return fmt::format("{} {} sector{} at {}", verb, count, count == 1 ? "" : "s", at);
  };
  switch (command) {
    case opcode::read_sectors:
      return sectors("read", lba & 0x0fffffff);
    case opcode::read_sectors_ext:
      return sectors("read", lba);
    case opcode::write_sectors:
      return sectors("write", lba & 0x0fffffff);
    case opcode::write_sectors_ext:
      return sectors("write", lba);
    case opcode::identify_device:
      return "identify";
    case opcode::flush_cache:
    case opcode::flush_cache_ext:
      return "flush";
    case opcode::smart:
      return fmt::format("SMART {:#04x}", octet(frame, aoe::ata_offset::feature));
    case opcode::check_power_mode:
      return "check power mode";
    case opcode::data_set_management:
      return "trim";
    default:
      return fmt::format("ATA command {:#04x}", command);
  }
}

std::string config_request_words(base::Bytes frame) {
  if (frame.size() < aoe::kConfigHeaderBytes) return "config query, cut short";
  constexpr std::string_view kNames[] = {"read", "test", "prefix", "set", "force set"};
  const unsigned command = octet(frame, aoe::config_offset::command) & 0x0f;
  if (command >= std::size(kNames)) return fmt::format("config query {}", command);
  if (command == 0) return "config read";
  const std::size_t length =
      std::min<std::size_t>(base::load_be<std::uint16_t>(&frame[aoe::config_offset::length]),
                            frame.size() - aoe::kConfigHeaderBytes);
  return fmt::format("config {} '{}'", kNames[command],
                     printable(frame.subspan(aoe::kConfigHeaderBytes, length)));
}

std::string request_words(const aoe::Header& header, base::Bytes frame) {
  switch (header.command) {
    case static_cast<std::uint8_t>(aoe::Command::ata):
      return ata_request_words(frame);
    case static_cast<std::uint8_t>(aoe::Command::config):
      return config_request_words(frame);
    case static_cast<std::uint8_t>(aoe::Command::mask):
      if (frame.size() < aoe::kMaskHeaderBytes) return "mask, cut short";
      if (octet(frame, aoe::mask_offset::command) == 0) return "mask read";
      return fmt::format("mask edit, {} directives", octet(frame, aoe::mask_offset::count));
    case static_cast<std::uint8_t>(aoe::Command::reserve): {
      if (frame.size() < aoe::kReserveHeaderBytes) return "reserve, cut short";
      constexpr std::string_view kNames[] = {"read", "set", "force"};
      const unsigned command = octet(frame, aoe::reserve_offset::command);
      return fmt::format("reserve {}, {} addresses", command < 3 ? kNames[command] : "?",
                         octet(frame, aoe::reserve_offset::count));
    }
    default:
      return fmt::format("command {}", header.command);
  }
}

struct Verdict {
  bool error;
  std::string words;
};

Verdict body_words(const aoe::Response& response) {
  if (response.failed()) return {true, "refused: " + aoe::error_text(response.header.error)};
  if (const auto* config = std::get_if<aoe::ConfigReply>(&response.body)) {
    return {false,
            fmt::format("{} buffers, {} sectors a frame, firmware {:#06x}, config '{}'", config->buffer_count,
                        config->sectors_per_frame == 0 ? 2 : config->sectors_per_frame, config->firmware,
                        printable(config->text))};
  }
  if (const auto* ata = std::get_if<aoe::AtaReply>(&response.body)) {
    if (!ata->ok()) return {true, "failed: " + aoe::ata_error_text(ata->status, ata->error)};
    return {false, "done"};
  }
  if (const auto* mask = std::get_if<aoe::MaskReply>(&response.body)) {
    if (mask->error != aoe::MaskError::none) return {true, "failed: " + aoe::error_text(mask->error)};
    return {false, fmt::format("{} addresses may talk", mask->macs.size())};
  }
  if (const auto* reserve = std::get_if<aoe::ReserveReply>(&response.body)) {
    return {false,
            reserve->macs.empty() ? "free" : fmt::format("held by {} addresses", reserve->macs.size())};
  }
  return {false, "a vendor's reply"};
}

// What a reply is about when its request was not seen.
std::string_view command_name(std::uint8_t command) {
  constexpr std::string_view kNames[] = {"ATA", "config", "mask", "reserve"};
  return command < std::size(kNames) ? kNames[command] : "command";
}

}  // namespace

std::string Told::line() const {
  std::string text = fmt::format("{:12.6f} {} > {} {}{}", std::chrono::duration<double>(at).count(), source,
                                 destination, target, target.empty() ? "" : " ");
  text += words;
  if (latency)
    text += fmt::format(" ({:.3f} ms)", std::chrono::duration<double, std::milli>(*latency).count());
  return text;
}

void Narrator::remember(const Key& key, Request request) {
  if (requests_.size() >= kMostRequests) requests_.clear();
  requests_.insert_or_assign(key, std::move(request));
}

Told Narrator::tell(Time time, base::Bytes frame) {
  if (!first_) first_ = time;
  Told told;
  told.at = time - *first_;
  aoe::Header header;
  if (!aoe::read_header(frame, header)) {
    told.words = fmt::format("not AoE, {} bytes", frame.size());
    told.error = true;
    return told;
  }
  told.source = header.source.text();
  told.destination = header.destination.text();
  told.target = target_text(header.address);
  told.reply = (header.flags & aoe::kResponseFlag) != 0;
  if (!told.reply) {
    told.words = request_words(header, frame);
    if (header.version != aoe::kVersion) told.words += fmt::format(", version {}", header.version);
    remember({number_of(header.source), header.tag}, {time, told.words});
    return told;
  }
  const auto request = requests_.find({number_of(header.destination), header.tag});
  std::string about(command_name(header.command));
  if (request != requests_.end()) {
    about = request->second.words;
    told.latency = time - request->second.time;
    // A broadcast has many answers; another request has one.
    if (header.command != static_cast<std::uint8_t>(aoe::Command::config)) requests_.erase(request);
  } else if (header.command == static_cast<std::uint8_t>(aoe::Command::config) && header.tag == 0) {
    about = "announcement";
  }
  const auto response = aoe::parse_response(frame);
  const Verdict verdict =
      response ? body_words(*response) : Verdict{true, "a reply that is cut short or contradicts itself"};
  told.error = verdict.error;
  told.words = about + ": " + verdict.words;
  return told;
}

}  // namespace aoetools
