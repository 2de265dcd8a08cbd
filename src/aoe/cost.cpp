#include "aoe/cost.h"

#include "aoe/ata.h"
#include "aoe/header.h"
#include "aoe/target.h"
#include "base/turn.h"

#include <algorithm>

namespace aoe {

namespace {

// A range that is trimmed is a request to the disk of its own.
constexpr std::uint32_t kTurnsOfRange = 2;
constexpr std::uint32_t kTurnsOfFlush = 4;

std::uint32_t ata_turns(base::Bytes frame) {
  const auto count = std::to_integer<std::uint32_t>(frame[ata_offset::count]);
  const std::uint32_t bytes = count * static_cast<std::uint32_t>(kSectorBytes);
  switch (std::to_integer<std::uint8_t>(frame[ata_offset::command])) {
    case ata::opcode::flush_cache:
    case ata::opcode::flush_cache_ext:
      return kTurnsOfFlush;
    case ata::opcode::data_set_management:
      return 1 + kTurnsOfRange *
                     static_cast<std::uint32_t>(std::min<std::size_t>(bytes, frame.size()) / kTrimRangeBytes);
    default:
      return static_cast<std::uint32_t>(base::turns_of_bytes(bytes));
  }
}

}  // namespace

std::uint32_t turns_of(base::Bytes frame) {
  if (frame.size() < kAtaHeaderBytes) return 1;
  const auto command = static_cast<Command>(frame[kCommandOffset]);
  return command == Command::ata ? ata_turns(frame) : 1;
}

}  // namespace aoe
