// ATA commands that leave the disk as it is.
#include "tests/conformance/rule.h"

#include <algorithm>
#include <array>

namespace conformance {

namespace {

namespace op = aoe::ata::opcode;
namespace err = aoe::ata::error;

constexpr std::uint64_t kLba48End = 0xffff'ffff'ffff;

std::uint8_t full_frame(const Subject& s) {
  return static_cast<std::uint8_t>(s.sectors_per_frame());
}

// A read by this opcode brings what READ SECTORS EXT brings.
void reads_alike(Subject& s, const aoe::AtaRegisters& registers) {
  const auto result = s.ata(registers);
  must(result.reply.ok(), "{}", aoe::ata_error_text(result.reply.status, result.reply.error));
  must(result.reply.data.size() >= registers.count * 512u, "{} bytes of data", result.reply.data.size());
  const Frame expected = s.read(registers.lba & 0xfff'ffff, registers.count);
  must(std::equal(expected.begin(), expected.end(), result.reply.data.begin()), "other data");
}

unsigned word(base::Bytes identify, std::size_t index) {
  return base::load_le<std::uint16_t>(identify.data() + 2 * index);
}

Frame identify(Subject& s) {
  Frame memory;
  const auto reply = s.expect<aoe::AtaReply>(aoe::identify_request(s.envelope()), memory);
  return {reply.data.begin(), reply.data.end()};
}

void trailing_is_accepted(Subject& s, Frame frame, std::size_t data_bytes) {
  frame.resize(std::max<std::size_t>(frame.size(), 36 + 1024), std::byte{0x5a});
  Frame memory;
  const auto reply = s.expect<aoe::AtaReply>(frame, memory);
  must(reply.ok(), "{}", aoe::ata_error_text(reply.status, reply.error));
  must(reply.data.size() >= data_bytes, "{} bytes of data", reply.data.size());
}

const std::array kRules{
    Rule{"ATA", "IDENTIFY brings 512 bytes", Effect::none,
         [](Subject& s) { must(identify(s).size() >= 512, "{} bytes", identify(s).size()); }},
    Rule{"3.1", "IDENTIFY to every target is answered (WinAoE's probe)", Effect::none,
         [](Subject& s) {
           Frame memory;
           const auto reply = s.expect<aoe::AtaReply>(aoe::identify_request({.source = s.own_mac()}), memory);
           must(reply.data.size() >= 512, "{} bytes", reply.data.size());
         }},
    Rule{"safe", "READ, VERIFY and FLUSH to every target are not answered", Effect::none,
         [](Subject& s) {
           for (const aoe::Address to :
                {aoe::Address::broadcast(), aoe::Address{s.address().shelf, aoe::Address::kAllSlots}}) {
             const aoe::Envelope all{.source = s.own_mac(), .address = to};
             for (const std::uint8_t command : {op::read_sectors_ext, op::read_verify_ext, op::flush_cache})
               must(s.ignores(aoe::ata_request(all, {.count = 1, .command = command})),
                    "command {:#x} is answered", command);
           }
         }},
    Rule{"safe", "IDENTIFY accepts trailing payload (aoe-sancheck's probe)", Effect::none,
         [](Subject& s) { trailing_is_accepted(s, aoe::identify_request(s.envelope()), 512); }},
    Rule{"ATA", "IDENTIFY ignores the count", Effect::none,
         [](Subject& s) {
           for (const unsigned count : {0u, 2u}) {
             s.ata_ok({.count = static_cast<std::uint8_t>(count), .command = op::identify_device});
           }
         }},
    Rule{"ATA", "IDENTIFY has the size in 48 bits, word 103 zero, and in 28 bits", Effect::none,
         [](Subject& s) {
           const Frame data = identify(s);
           must(word(data, 103) == 0, "word 103 is {:#x}", word(data, 103));
           const std::uint64_t lba28 = word(data, 60) | word(data, 61) << 16;
           must(lba28 == std::min<std::uint64_t>(s.identity().sectors, 0x0fff'ffff),
                "{} in 28 bits, {} in 48", lba28, s.identity().sectors);
         }},
    Rule{"ATA", "IDENTIFY has a true integrity word", Effect::none,
         [](Subject& s) {
           must(s.identity().has_checksum, "none");
           must(s.identity().checksum_ok, "the sum is wrong");
         }},
    Rule{"ATA", "IDENTIFY gives old initiators a geometry", Effect::none,
         [](Subject& s) {
           const Frame data = identify(s);
           must(word(data, 3) != 0 && word(data, 6) != 0, "none");
         }},
    Rule{"ATA", "IDENTIFY offers FLUSH CACHE and FLUSH CACHE EXT", Effect::none,
         [](Subject& s) {
           must(s.identity().flush, "no FLUSH CACHE");
           must(s.identity().flush_ext, "no FLUSH CACHE EXT");
         }},
    Rule{"3.1", "READ SECTORS, 28 bits", Effect::none,
         [](Subject& s) { reads_alike(s, {.count = 1, .command = op::read_sectors, .lba = 3}); }},
    Rule{"3.1", "READ SECTORS EXT, 48 bits, a full frame", Effect::none,
         [](Subject& s) { s.read(0, s.sectors_per_frame()); }},
    Rule{"3.1", "READ SECTORS EXT without the E flag (WinAoE's boot code)", Effect::none,
         [](Subject& s) { reads_alike(s, {.count = 1, .command = op::read_sectors_ext, .lba = 3}); }},
    Rule{"ATA", "READ DMA and READ DMA EXT", Effect::none,
         [](Subject& s) {
           reads_alike(s, {.count = 1, .command = op::read_dma, .lba = 3});
           reads_alike(s, {.count = 1, .command = op::read_dma_ext, .lba = 3});
         }},
    Rule{"ATA", "READ MULTIPLE and READ MULTIPLE EXT", Effect::none,
         [](Subject& s) {
           reads_alike(s, {.count = 1, .command = op::read_multiple, .lba = 3});
           reads_alike(s, {.count = 1, .command = op::read_multiple_ext, .lba = 3});
         }},
    Rule{"3.1", "Device/head bits of a 28 bit address are no address", Effect::none,
         [](Subject& s) {
           reads_alike(s, {.count = 1, .command = op::read_sectors, .lba = 0xe000'0003});
           reads_alike(s, {.count = 1, .command = op::read_sectors, .lba = 0xa000'0003});
         }},
    Rule{"safe", "READ accepts trailing payload (the Linux driver's probe)", Effect::none,
         [](Subject& s) { trailing_is_accepted(s, aoe::read_request(s.envelope(), 0, 1), 512); }},
    Rule{"safe", "READ with the write flag set brings its data", Effect::none,
         [](Subject& s) {
           reads_alike(s, {.flags = aoe::ata_flag::extended | aoe::ata_flag::write,
                           .count = 1,
                           .command = op::read_sectors_ext,
                           .lba = 3});
         }},
    Rule{"ATA", "The last sector can be read", Effect::none,
         [](Subject& s) { s.read(s.identity().sectors - 1, 1); }},
    Rule{"ATA", "READ behind the end: ATA error IDNF", Effect::none,
         [](Subject& s) {
           s.ata_fails({.count = 1, .command = op::read_sectors_ext, .lba = s.identity().sectors},
                       err::id_not_found);
           const std::uint8_t count = full_frame(s);
           if (count < 2) return;
           s.ata_fails({.count = count, .command = op::read_sectors_ext, .lba = s.identity().sectors - 1},
                       err::id_not_found);
         }},
    Rule{"safe", "READ at the end of 48 bits does not wrap around", Effect::none,
         [](Subject& s) {
           s.ata_fails({.count = full_frame(s), .command = op::read_sectors_ext, .lba = kLba48End},
                       err::id_not_found);
         }},
    Rule{"safe", "A failed READ brings no data, padded with zeros", Effect::none,
         [](Subject& s) {
           const auto result = s.ata({.count = 1, .command = op::read_sectors_ext, .lba = kLba48End});
           must(result.frame.size() == 60, "{} bytes", result.frame.size());
           must(std::all_of(result.frame.begin() + 36, result.frame.end(),
                            [](auto b) { return b == std::byte{0}; }),
                "the padding is not zero");
         }},
    Rule{"safe", "READ of more than a frame holds: an ATA error, no AoE error", Effect::none,
         [](Subject& s) {
           if (full_frame(s) == 255) throw NotOffered{"the frame holds 255 sectors"};
           s.ata_fails(
               {.count = static_cast<std::uint8_t>(full_frame(s) + 1), .command = op::read_sectors_ext}, 0);
           s.ata_fails({.count = 255, .command = op::read_sectors_ext}, 0);
         }},
    Rule{"safe", "READ of no sectors is answered, without data", Effect::none,
         [](Subject& s) {
           const auto result = s.ata({.count = 0, .command = op::read_sectors_ext});
           must(result.frame.size() == 60, "{} bytes", result.frame.size());
         }},
    Rule{"ATA", "READ VERIFY and READ VERIFY EXT", Effect::none,
         [](Subject& s) {
           s.ata_ok({.count = 4, .command = op::read_verify, .lba = 1});
           s.ata_ok({.count = 4, .command = op::read_verify_ext, .lba = 1});
           s.ata_fails({.count = 4, .command = op::read_verify_ext, .lba = s.identity().sectors},
                       err::id_not_found);
         }},
    Rule{"ATA", "FLUSH CACHE succeeds and says the drive is ready", Effect::none,
         [](Subject& s) {
           const auto result = s.ata({.command = op::flush_cache});
           must(result.reply.ok(), "{}", aoe::ata_error_text(result.reply.status, result.reply.error));
           must((result.reply.status & aoe::ata::status::ready) != 0, "status {:#04x}", result.reply.status);
         }},
    Rule{"ATA", "FLUSH CACHE EXT succeeds", Effect::none,
         [](Subject& s) { s.ata_ok({.command = op::flush_cache_ext}); }},
    Rule{"ATA", "CHECK POWER MODE says active, for any count", Effect::none,
         [](Subject& s) {
           for (const unsigned count : {0u, 1u}) {
             const auto result =
                 s.ata({.count = static_cast<std::uint8_t>(count), .command = op::check_power_mode});
             must(result.reply.ok() && result.reply.count == 0xff, "count {:#04x}", result.reply.count);
           }
         }},
    Rule{"ATA", "SET FEATURES confirms the write cache as it is", Effect::none,
         [](Subject& s) {
           const std::uint8_t feature = s.identity().write_cache ? 0x02 : 0x82;
           s.ata_ok({.feature = feature, .command = op::set_features});
         }},
    Rule{"ATA", "SET FEATURES aborts what it does not know", Effect::none,
         [](Subject& s) { s.ata_fails({.feature = 0x77, .command = op::set_features}, err::aborted); }},
    Rule{"ATA", "SMART: READ DATA, RETURN STATUS, READ LOG", Effect::none,
         [](Subject& s) {
           if (!s.identity().smart) throw NotOffered{"IDENTIFY offers no SMART"};
           Frame memory;
           for (const std::uint8_t feature : {std::uint8_t{0xd0}, std::uint8_t{0xd5}, std::uint8_t{0xda}}) {
             const auto reply = s.expect<aoe::AtaReply>(aoe::smart_request(s.envelope(), feature), memory);
             must(reply.ok(), "{:#04x}: {}", feature, aoe::ata_error_text(reply.status, reply.error));
           }
           const auto key = base::load_le<std::uint16_t>(memory.data() + aoe::ata_offset::lba + 1);
           must(key == aoe::ata::kSmartKey, "RETURN STATUS says {:#06x}", key);
         }},
    Rule{"ATA", "SMART without its key is aborted", Effect::none,
         [](Subject& s) { s.ata_fails({.feature = 0xda, .command = op::smart}, err::aborted); }},
    Rule{"ATA", "Unknown commands are aborted", Effect::none,
         [](Subject& s) {
           for (const std::uint8_t command : {std::uint8_t{0x00}, std::uint8_t{0x21}, std::uint8_t{0x5c},
                                              std::uint8_t{0xf6}, std::uint8_t{0xff}}) {
             s.ata_fails({.command = command}, err::aborted);
           }
         }},
    Rule{"safe", "Reserved bytes and flags of the ATA header come back as zeros", Effect::none,
         [](Subject& s) {
           Frame frame =
               aoe::ata_request(s.envelope(), {.flags = 0xff, .count = 0, .command = op::check_power_mode});
           frame[34] = frame[35] = std::byte{0xee};
           const Frame reply = s.answer_to(frame);
           must((std::to_integer<unsigned>(reply[24]) & 0xac) == 0, "flags {:#04x}",
                std::to_integer<unsigned>(reply[24]));
           must(reply[34] == std::byte{0} && reply[35] == std::byte{0}, "bytes 34 and 35 are echoed");
         }},
};

}  // namespace

std::span<const Rule> ata_rules() {
  return kRules;
}

}  // namespace conformance
