// The initiator's side: request frames, padded to an Ethernet frame's least. AoEr11 sections 2 and 3.
#pragma once

#include "aoe/ata.h"
#include "aoe/header.h"

#include <cstdint>
#include <vector>

namespace aoe {

// Tags with this bit are user programs'; the Linux driver leaves their replies alone.
inline constexpr std::uint32_t kUserTag = 0x8000'0000;

// From whom to whom. What is sent to Address::broadcast(), or to a target whose MAC is not known yet, goes
// to the broadcast MAC.
struct Envelope {
  base::MacAddress source;
  base::MacAddress destination = base::MacAddress::broadcast();
  Address address = Address::broadcast();
  std::uint32_t tag = kUserTag;
};

using RequestFrame = std::vector<std::byte>;

// `text`: at most kMaxConfigString bytes; meaningless for a read.
RequestFrame config_request(const Envelope& envelope, ConfigCommand command, base::Bytes text = {});

// The registers of an ATA command. `lba` has 48 bits, or 28 and the device/head bits on top.
struct AtaRegisters {
  std::uint8_t flags = 0;  // ata_flag
  std::uint8_t feature = 0;
  std::uint8_t count = 0;
  std::uint8_t command = 0;  // ata::opcode
  std::uint64_t lba = 0;
};
RequestFrame ata_request(const Envelope& envelope, const AtaRegisters& registers, base::Bytes payload = {});

// READ and WRITE SECTORS EXT. `count` is 1..255 and no more than the target's config reply allows; a write's
// `data` is count * 512 bytes.
RequestFrame read_request(const Envelope& envelope, std::uint64_t sector, std::uint8_t count);
RequestFrame write_request(const Envelope& envelope, std::uint64_t sector, base::Bytes data);
// `trailing` bytes of zeros behind it find out how long a frame the way to the target carries.
RequestFrame identify_request(const Envelope& envelope, std::size_t trailing = 0);
// `feature` is one of ata::smart_feature; `log` and `pages` are for reading logs.
RequestFrame smart_request(const Envelope& envelope, std::uint8_t feature, std::uint8_t log = 0,
                           std::uint8_t pages = 1, base::Bytes payload = {});

struct MaskEdit {
  MaskDirective command = MaskDirective::nothing;
  base::MacAddress mac;
};
RequestFrame mask_read_request(const Envelope& envelope);
// At most 255 edits, and what fits the interface's MTU.
RequestFrame mask_edit_request(const Envelope& envelope, const std::vector<MaskEdit>& edits);

// A set without addresses releases. At most 255, and what fits the interface's MTU.
RequestFrame reserve_request(const Envelope& envelope, ReserveCommand command,
                             const std::vector<base::MacAddress>& macs = {});

}  // namespace aoe
