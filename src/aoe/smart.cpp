#include "aoe/smart.h"

#include "aoe/checksum.h"

#include <cstring>

namespace aoe::smart {

namespace {

enum Feature : std::uint8_t {
  read_data = 0xd0,
  read_thresholds = 0xd1,
  read_log = 0xd5,
  enable = 0xd8,
  return_status = 0xda,
};

constexpr std::uint8_t kKeyMid = 0x4f, kKeyHigh = 0xc2;          // without them SMART does nothing
constexpr std::uint8_t kFailingMid = 0xf4, kFailingHigh = 0x2c;  // what RETURN STATUS says of a failing disk

bool read_log_page(std::uint8_t log, base::MutableBytes data) {
  constexpr std::uint8_t directory = 0x00, summary_errors = 0x01;
  switch (log) {
    case directory:
      data[0] = std::byte{1};  // version
      data[2] = std::byte{1};  // log 1: one page
      return true;
    case summary_errors:
      data[0] = std::byte{1};  // version; no entry has been used
      write_checksum(data);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool answer(bool failing, Registers& registers, base::MutableBytes data) {
  if (registers.lba_mid != kKeyMid || registers.lba_high != kKeyHigh) return false;
  std::memset(data.data(), 0, data.size());
  switch (registers.feature) {
    case enable:
      return true;
    case return_status:
      if (failing) {
        registers.lba_mid = kFailingMid;
        registers.lba_high = kFailingHigh;
      }
      return true;
    case read_data:
    case read_thresholds:
      data[0] = std::byte{0x10};  // revision of the attribute table, which is empty
      write_checksum(data);
      return true;
    case read_log:
      return read_log_page(registers.lba_low, data);
    default:
      return false;  // turning it off, self-tests, writing logs
  }
}

}  // namespace aoe::smart
