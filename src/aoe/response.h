// The initiator's side: what a reply says. Replies come from whoever is on the wire, so nothing in them is
// believed: every length is checked against the frame, and what does not add up is no response at all.
// AoEr11 sections 2 and 3.
#pragma once

#include "aoe/header.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace aoe {

struct ConfigReply {
  std::uint16_t buffer_count = 0;
  std::uint16_t firmware = 0;
  std::uint8_t sectors_per_frame = 0;  // as sent; 0 means 2
  std::uint8_t version = 0;            // of the protocol
  ConfigCommand command = ConfigCommand::read;
  base::Bytes text;  // inside the frame; any bytes at all

  unsigned sectors() const { return sectors_per_frame == 0 ? 2 : sectors_per_frame; }
};

struct AtaReply {
  std::uint8_t error = 0;
  std::uint8_t count = 0;
  std::uint8_t status = 0;
  std::uint64_t lba = 0;  // 48 bits
  base::Bytes data;       // inside the frame, all that follows the header, padding too

  // As Linux sees it: no busy, device fault, data request or error bit.
  bool ok() const;
};

struct MaskReply {
  MaskCommand command = MaskCommand::read;
  MaskError error = MaskError::none;
  std::uint8_t failed_directive = 0;  // its index, when there is an error; the list is empty then
  std::vector<base::MacAddress> macs;
};

struct ReserveReply {
  ReserveCommand command = ReserveCommand::read;
  std::vector<base::MacAddress> macs;
};

struct Response {
  Header header;
  // Nothing when header.error says why, or for a vendor's command.
  std::variant<std::monostate, ConfigReply, AtaReply, MaskReply, ReserveReply> body;

  bool failed() const { return (header.flags & kErrorFlag) != 0; }
};

// Nothing: no AoE response, or one that is cut short or contradicts itself. Views point into `frame`.
std::optional<Response> parse_response(base::Bytes frame);

// "target is reserved", "AoE error 77".
std::string error_text(AoeError error);
// "list is full", "mask error 77".
std::string error_text(MaskError error);
// "no such sector", "aborted", "unreadable sector"; several are joined by commas.
std::string ata_error_text(std::uint8_t status, std::uint8_t error);

}  // namespace aoe
