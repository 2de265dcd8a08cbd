// IDENTIFY DEVICE data: 256 little-endian words. ATA8-ACS section 7.16, ACS-2 for TRIM. The target writes it,
// the tools read it.
#pragma once

#include "aoe/target.h"

#include <cstdint>
#include <optional>
#include <string>

namespace aoe {

inline constexpr std::size_t kIdentifyBytes = 512;

// The target's own. `data` has kIdentifyBytes; all of them are written.
void write_identify(const Target& target, base::MutableBytes data);

// Somebody else's: as true as its sender.
struct IdentifyData {
  std::string serial, model, firmware;  // printable ASCII, no blanks around; other bytes became '?'
  std::uint64_t sectors = 0;            // as the Linux driver reads it: 48 bit words if there are any
  bool lba48 = false;
  bool flush = false, flush_ext = false, fua = false;
  bool write_cache = false;  // on
  bool smart = false;        // supported
  bool trim = false;
  std::uint32_t logical_block_bytes = 512;
  std::uint32_t physical_block_bytes = 512;
  std::uint16_t alignment_sectors = 0;
  std::uint16_t rotation = 0;         // 0: not told, 1: does not rotate, else per minute
  std::uint64_t world_wide_name = 0;  // 0: none
  bool has_checksum = false;
  bool checksum_ok = false;
};
// Nothing: fewer than kIdentifyBytes. Bytes behind them are ignored.
std::optional<IdentifyData> read_identify(base::Bytes data);

}  // namespace aoe
