// ATA commands as AoE carries them: the opcodes this target knows, and the register bits. ATA/ATAPI-8
// command set, ACS-2 for TRIM; AoEr11 section 3.1 for how registers lie in the frame.
#pragma once

#include <cstdint>

namespace aoe::ata {

namespace opcode {
inline constexpr std::uint8_t data_set_management = 0x06, read_sectors = 0x20, read_sectors_ext = 0x24,
                              read_dma_ext = 0x25, read_multiple_ext = 0x29, write_sectors = 0x30,
                              write_sectors_ext = 0x34, write_dma_ext = 0x35, write_multiple_ext = 0x39,
                              write_dma_fua_ext = 0x3d, read_verify = 0x40, read_verify_ext = 0x42,
                              smart = 0xb0, read_multiple = 0xc4, write_multiple = 0xc5,
                              set_multiple_mode = 0xc6, read_dma = 0xc8, write_dma = 0xca,
                              write_multiple_fua_ext = 0xce, check_power_mode = 0xe5, flush_cache = 0xe7,
                              flush_cache_ext = 0xea, identify_device = 0xec, set_features = 0xef;
}  // namespace opcode

namespace status {
inline constexpr std::uint8_t ready = 0x40, failed = 0x01;
// A client takes any of busy, device fault, data request and error for a failure.
inline constexpr std::uint8_t trouble = 0x80 | 0x20 | 0x08 | 0x01;
}  // namespace status

namespace error {
inline constexpr std::uint8_t aborted = 0x04, id_not_found = 0x10, uncorrectable = 0x40;
}

namespace smart_feature {
inline constexpr std::uint8_t read_data = 0xd0, read_thresholds = 0xd1, execute_offline = 0xd4,
                              read_log = 0xd5, write_log = 0xd6, enable = 0xd8, disable = 0xd9,
                              return_status = 0xda;
}
// SMART wants to see this key in the middle and high LBA bytes; RETURN STATUS shows the other one there for a
// failing disk.
inline constexpr std::uint16_t kSmartKey = 0xc24f, kSmartFailing = 0x2cf4;

// A check of the power mode answers this in the count field: active or idle.
inline constexpr std::uint8_t kPowerActive = 0xff;
// READ/WRITE MULTIPLE's block: IDENTIFY words 47 and 59. It has no meaning in a frame, so it is fixed.
inline constexpr std::uint8_t kMultipleSectors = 16;
inline constexpr std::uint64_t kLba28Limit = 0x0fffffff;

}  // namespace aoe::ata
