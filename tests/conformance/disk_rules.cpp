// ATA commands that change the disk: its last four sectors, put back afterwards.
#include "tests/conformance/rule.h"

#include <array>
#include <cstring>

namespace conformance {

namespace {

namespace op = aoe::ata::opcode;
namespace err = aoe::ata::error;

constexpr unsigned kScratch = 4;

Frame pattern(unsigned seed, std::size_t bytes = 512) {
  Frame data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) data[i] = static_cast<std::byte>(seed + i * 31 + i / 256);
  return data;
}

class Scene {
 public:
  explicit Scene(Subject& subject) : subject_(subject) {
    for (unsigned i = 0; i < kScratch; ++i) before_[i] = subject.read(subject.scratch() + i, 1);
    for (unsigned i = 0; i < kScratch; ++i) subject.write(subject.scratch() + i, pattern(i));
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() {
    for (unsigned i = 0; i < kScratch; ++i) {
      subject_.ask(aoe::write_request(subject_.envelope(), subject_.scratch() + i, before_[i]));
    }
  }

  void must_hold(unsigned sector, const Frame& data) {
    must(subject_.read(subject_.scratch() + sector, 1) == data, "sector {} of the scratch area differs",
         sector);
  }
  void must_be_untouched() {
    for (unsigned i = 0; i < kScratch; ++i) must_hold(i, pattern(i));
  }

 private:
  Subject& subject_;
  std::array<Frame, kScratch> before_;
};

void writes(Subject& s, std::uint8_t command, std::uint8_t flags = aoe::ata_flag::write,
            std::uint64_t bits = 0) {
  Scene scene(s);
  s.ata_ok({.flags = flags, .count = 1, .command = command, .lba = (s.scratch() + 1) | bits},
           pattern(command));
  scene.must_hold(0, pattern(0));
  scene.must_hold(1, pattern(command));
  scene.must_hold(2, pattern(2));
}

Frame ranges(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> list) {
  Frame data(512);
  std::byte* at = data.data();
  for (const auto& [sector, sectors] : list) {
    base::store_le<std::uint64_t>(at, sector | sectors << 48);
    at += 8;
  }
  return data;
}

aoe::AtaRegisters trim_registers() {
  return {.flags = aoe::ata_flag::extended | aoe::ata_flag::write,
          .feature = 1,
          .count = 1,
          .command = op::data_set_management};
}

const std::array kRules{
    Rule{"3.1", "WRITE SECTORS, 28 bits", Effect::changes,
         [](Subject& s) {
           if (s.scratch() + kScratch > 0x0fff'ffff) throw NotOffered{"the disk ends behind 28 bits"};
           writes(s, op::write_sectors);
         }},
    Rule{"3.1", "WRITE SECTORS, 28 bits, with device/head bits", Effect::changes,
         [](Subject& s) {
           if (s.scratch() + kScratch > 0x0fff'ffff) throw NotOffered{"the disk ends behind 28 bits"};
           writes(s, op::write_sectors, aoe::ata_flag::write, 0xe000'0000);
         }},
    Rule{
        "3.1", "WRITE SECTORS EXT", Effect::changes,
        [](Subject& s) { writes(s, op::write_sectors_ext, aoe::ata_flag::extended | aoe::ata_flag::write); }},
    Rule{"3.1", "WRITE SECTORS EXT without the E and W flags", Effect::changes,
         [](Subject& s) { writes(s, op::write_sectors_ext, 0); }},
    Rule{"ATA", "WRITE DMA EXT and WRITE MULTIPLE EXT", Effect::changes,
         [](Subject& s) {
           writes(s, op::write_dma_ext);
           writes(s, op::write_multiple_ext);
         }},
    Rule{"ATA", "WRITE DMA FUA EXT", Effect::changes,
         [](Subject& s) {
           if (!s.identity().fua) throw NotOffered{"IDENTIFY offers no FUA"};
           writes(s, op::write_dma_fua_ext);
         }},
    Rule{"3.1", "A full frame is written and read back", Effect::changes,
         [](Subject& s) {
           const Scene scene(s);
           const unsigned count = std::min(s.sectors_per_frame(), kScratch);
           const Frame data = pattern(99, count * 512);
           s.write(s.scratch(), data);
           must(s.read(s.scratch(), count) == data, "other data comes back");
         }},
    Rule{"safe", "A WRITE that brings too little is refused by an ATA error and writes nothing",
         Effect::changes,
         [](Subject& s) {
           Scene scene(s);
           for (const std::size_t bytes : {0, 24, 511, 512, 1023}) {
             s.ata_fails({.flags = aoe::ata_flag::extended | aoe::ata_flag::write,
                          .count = 2,
                          .command = op::write_sectors_ext,
                          .lba = s.scratch()},
                         0, pattern(7, bytes));
           }
           scene.must_be_untouched();
         }},
    Rule{"safe", "A WRITE that brings too much writes what it counts", Effect::changes,
         [](Subject& s) {
           Scene scene(s);
           s.ata_ok({.flags = aoe::ata_flag::write,
                     .count = 1,
                     .command = op::write_sectors_ext,
                     .lba = s.scratch()},
                    pattern(7, 1024));
           scene.must_hold(0, pattern(7));
           scene.must_hold(1, pattern(1));
         }},
    Rule{"safe", "A WRITE of no sectors is answered and writes nothing", Effect::changes,
         [](Subject& s) {
           Scene scene(s);
           s.ata({.count = 0, .command = op::write_sectors_ext, .lba = s.scratch()}, pattern(7));
           scene.must_be_untouched();
         }},
    Rule{"safe", "A WRITE over the end is refused as a whole", Effect::changes,
         [](Subject& s) {
           Scene scene(s);
           s.ata_fails({.count = 2, .command = op::write_sectors_ext, .lba = s.identity().sectors - 1},
                       err::id_not_found, pattern(7, 1024));
           scene.must_be_untouched();
         }},
    Rule{"safe", "A WRITE to every target writes on none", Effect::changes,
         [](Subject& s) {
           Scene scene(s);
           for (const aoe::Address to :
                {aoe::Address::broadcast(), aoe::Address{s.address().shelf, aoe::Address::kAllSlots}}) {
             aoe::Envelope all{.source = s.own_mac(), .address = to};
             s.ask(aoe::write_request(all, s.scratch(), pattern(7)), 1);
           }
           scene.must_be_untouched();
         }},
    Rule{"ATA", "TRIM is done and leaves its neighbours alone", Effect::changes,
         [](Subject& s) {
           if (!s.identity().trim) throw NotOffered{"IDENTIFY offers no TRIM"};
           Scene scene(s);
           s.ata_ok(trim_registers(), ranges({{s.scratch() + 1, 2}}));
           scene.must_hold(0, pattern(0));
           scene.must_hold(3, pattern(3));
         }},
    Rule{"safe", "TRIM behind the end is refused as a whole", Effect::changes,
         [](Subject& s) {
           if (!s.identity().trim) throw NotOffered{"IDENTIFY offers no TRIM"};
           Scene scene(s);
           s.ata_fails(trim_registers(), 0, ranges({{s.scratch(), 1}, {s.identity().sectors - 1, 2}}));
           scene.must_be_untouched();
         }},
    Rule{"safe", "TRIM whose ranges are not in the frame is refused", Effect::changes,
         [](Subject& s) {
           Scene scene(s);
           s.ata_fails(trim_registers(), err::aborted, pattern(0, 24));
           scene.must_be_untouched();
         }},
};

}  // namespace

std::span<const Rule> disk_rules() {
  return kRules;
}

}  // namespace conformance
