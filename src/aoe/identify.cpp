#include "aoe/identify.h"

#include "aoe/ata.h"
#include "aoe/checksum.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace aoe {

namespace {

class Words {
 public:
  explicit Words(base::MutableBytes data) : data_(data) { std::memset(data.data(), 0, kIdentifyBytes); }

  void set(std::size_t word, std::uint64_t value) {
    base::store_le<std::uint16_t>(data_.data() + 2 * word, static_cast<std::uint16_t>(value));
  }
  // A number over several words, the lowest word first.
  void set_number(std::size_t word, std::size_t words, std::uint64_t value) {
    for (std::size_t i = 0; i < words; ++i) set(word + i, value >> (16 * i));
  }
  // ATA text: blanks behind, and the first character of each pair in the word's high byte.
  void set_text(std::size_t word, std::size_t words, std::string_view text) {
    for (std::size_t i = 0; i < 2 * words; ++i) {
      data_[2 * word + (i ^ 1)] = static_cast<std::byte>(i < text.size() ? text[i] : ' ');
    }
  }

 private:
  base::MutableBytes data_;
};

// A geometry for initiators that still ask: 16 heads of 63 sectors, as ATA translates, cylinders at most
// 16383.
void set_geometry(Words& words, std::uint64_t sectors) {
  constexpr std::uint64_t heads = 16, track = 63, most_cylinders = 16383;
  const std::uint64_t cylinders = std::min(sectors / (heads * track), most_cylinders);
  words.set(1, cylinders);
  words.set(3, heads);
  words.set(6, track);
  words.set(54, cylinders);
  words.set(55, heads);
  words.set(56, track);
  words.set_number(57, 2, cylinders * heads * track);
}

void set_block_size(Words& words, const Identity& identity) {
  const std::uint64_t ratio = identity.physical_block_bytes / kSectorBytes;
  if (ratio <= 1) {
    words.set(106, 0x4000);  // valid; one logical block to a physical one
    return;
  }
  words.set(106, 0x6000 | static_cast<std::uint64_t>(std::countr_zero(ratio)));
  words.set(209, 0x4000 | (identity.alignment_sectors & 0x3fff));
}

// Bits of the three words that say what is supported (82-84), the three that say what is on (85-87).
void set_features(Words& words, const Identity& identity) {
  constexpr unsigned smart = 1, write_cache = 1 << 5;
  constexpr unsigned lba48 = 1 << 10, flush = 1 << 12, flush_ext = 1 << 13, valid = 1 << 14;
  constexpr unsigned fua = 1 << 6, wwn = 1 << 8;
  const unsigned cache = identity.write_cache ? write_cache : 0;
  const unsigned name = identity.world_wide_name != 0 ? wwn : 0;
  words.set(82, smart | cache);
  words.set(83, valid | flush_ext | flush | lba48);
  words.set(84, valid | fua | name);
  words.set(85, smart | cache);
  words.set(86, flush_ext | flush | lba48);
  words.set(87, valid | fua | name);
}

// The modes that say DMA commands are understood. On Ethernet they have no other meaning.
void set_transfer_modes(Words& words) {
  words.set(49, 0x0300);  // LBA, DMA
  words.set(50, 0x4000);  // valid
  words.set(53, 0x0007);  // words 54-58, 64-70 and 88 are valid
  words.set(63, 0x0007);  // multiword DMA 0 to 2
  words.set(64, 0x0003);  // PIO 3 and 4
  for (std::size_t word = 65; word <= 68; ++word) words.set(word, 120);  // ns a cycle
  words.set(80, 0x01f0);                                                 // ATA/ATAPI-4 to ATA8-ACS
  words.set(88, 0x203f);                                                 // Ultra DMA 0 to 5, 5 chosen
  words.set(93, 0x400b);                                                 // passed its diagnostics as device 0
}

}  // namespace

void write_identify(const Target& target, base::MutableBytes data) {
  const Identity& identity = target.identity;
  Words words(data);
  words.set(0, 0x0040);  // ATA device, fixed
  set_geometry(words, target.sectors);
  words.set_text(10, 10, identity.serial);
  words.set_text(23, 4, identity.firmware);
  words.set_text(27, 20, identity.model);
  words.set(47, 0x8000 | ata::kMultipleSectors);
  words.set(59, 0x0100 | ata::kMultipleSectors);
  set_transfer_modes(words);
  words.set_number(60, 2, std::min(target.sectors, ata::kLba28Limit));
  set_features(words, identity);
  words.set_number(100, 4, target.sectors);
  set_block_size(words, identity);
  for (std::size_t i = 0; i < 4; ++i) words.set(108 + i, identity.world_wide_name >> (48 - 16 * i));
  if (identity.can_trim && !target.read_only) {
    words.set(105, 1);  // range blocks a command: one fits any frame
    words.set(169, 1);
  }
  words.set(217, identity.rotational ? 0 : 1);  // 0: rate not reported, 1: does not rotate
  words.set(255, 0xa5);
  write_checksum(data);
}

}  // namespace aoe
