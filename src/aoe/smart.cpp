#include "aoe/smart.h"

#include "aoe/ata.h"
#include "aoe/checksum.h"

namespace aoe::smart {

namespace {

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
  if (registers.key != ata::kSmartKey) return false;
  switch (registers.feature) {
    case ata::smart_feature::enable:
      return true;
    case ata::smart_feature::return_status:
      if (failing) registers.key = ata::kSmartFailing;
      return true;
    case ata::smart_feature::read_data:
    case ata::smart_feature::read_thresholds:
      data[0] = std::byte{0x10};  // revision of the attribute table, which is empty
      write_checksum(data);
      return true;
    case ata::smart_feature::read_log:
      return read_log_page(registers.log, data);
    default:
      return false;  // turning it off, self-tests, writing logs
  }
}

}  // namespace aoe::smart
