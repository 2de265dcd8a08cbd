// The wire format: every number of the protocol, in one file, and the codec of the common header.
// AoEr11 section 2 for the header, 3 for the commands. Big-endian but for ATA data.
//
//    0 destination MAC   6 source MAC   12 EtherType
//   14 version (high nibble), flags   15 error   16 shelf (2)   18 slot   19 command   20 tag (4)   24
//   command's own
#pragma once

#include "aoe/address.h"
#include "base/bytes.h"
#include "base/mac_address.h"
#include "base/units.h"

#include <cstddef>
#include <cstdint>

namespace aoe {

inline constexpr std::uint16_t kEtherType = 0x88a2;
inline constexpr std::uint8_t kVersion = 1;
using base::kSectorBytes;

inline constexpr std::size_t kEthernetHeaderBytes = 14;
inline constexpr std::size_t kHeaderBytes = 24;
inline constexpr std::size_t kMinFrameBytes = 60;  // what every Ethernet frame is padded to, without FCS

inline constexpr std::uint8_t kResponseFlag = 0x08;
inline constexpr std::uint8_t kErrorFlag = 0x04;

enum class Command : std::uint8_t { ata = 0, config = 1, mask = 2, reserve = 3 };

enum class AoeError : std::uint8_t {
  none = 0,
  bad_command = 1,
  bad_argument = 2,
  unavailable = 3,
  config_present = 4,
  bad_version = 5,
  reserved = 6,
};

// Command 0. 24 flags, 25 error (a request's feature), 26 count, 27 status (a request's command),
// 28 LBA (6, little-endian), 34 reserved (2), 36 data.
inline constexpr std::size_t kAtaHeaderBytes = 36;
namespace ata_offset {
inline constexpr std::size_t flags = 24, feature = 25, error = 25, count = 26, command = 27, status = 27,
                             lba = 28;
}
namespace ata_flag {
inline constexpr std::uint8_t extended = 0x40, device = 0x10, asynchronous = 0x02, write = 0x01;
}

// Command 1. 24 buffer count (2), 26 firmware version (2), 28 sectors a frame, 29 version and config
// command, 30 length (2), 32 string.
inline constexpr std::size_t kConfigHeaderBytes = 32;
inline constexpr std::size_t kMaxConfigString = 1024;
namespace config_offset {
inline constexpr std::size_t buffers = 24, firmware = 26, sectors = 28, command = 29, length = 30;
}
enum class ConfigCommand : std::uint8_t { read = 0, test = 1, prefix = 2, set = 3, force_set = 4 };

// Command 2. 24 reserved, 25 mask command, 26 mask error, 27 directive count, 28 directives of 8 bytes:
// reserved, directive command, MAC.
inline constexpr std::size_t kMaskHeaderBytes = 28;
inline constexpr std::size_t kDirectiveBytes = 8;
namespace mask_offset {
inline constexpr std::size_t command = 25, error = 26, count = 27;
}
enum class MaskCommand : std::uint8_t { read = 0, edit = 1 };
enum class MaskDirective : std::uint8_t { nothing = 0, add = 1, remove = 2 };
enum class MaskError : std::uint8_t { none = 0, unspecified = 1, bad_directive = 2, full = 3 };

// Command 3. 24 reserve command, 25 MAC count, 26 MACs.
inline constexpr std::size_t kReserveHeaderBytes = 26;
namespace reserve_offset {
inline constexpr std::size_t command = 24, count = 25;
}
enum class ReserveCommand : std::uint8_t { read = 0, set = 1, force_set = 2 };

inline constexpr std::size_t kCommandOffset = 19;

struct Header {
  base::MacAddress destination;
  base::MacAddress source;
  std::uint8_t version = kVersion;
  std::uint8_t flags = 0;  // low nibble
  AoeError error = AoeError::none;
  Address address;
  std::uint8_t command = 0;
  std::uint32_t tag = 0;
};

// False: shorter than a header, or another EtherType. Nothing else is judged.
bool read_header(base::Bytes frame, Header& header);
// `frame` has at least kHeaderBytes.
void write_header(const Header& header, base::MutableBytes frame);

// The most bytes a frame may have, from the destination MAC on, where the MTU counts Ethernet payload.
constexpr std::size_t frame_limit(std::uint32_t mtu) {
  return kEthernetHeaderBytes + mtu;
}

}  // namespace aoe
