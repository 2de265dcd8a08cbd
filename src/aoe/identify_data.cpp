#include "aoe/checksum.h"
#include "aoe/identify.h"
#include "base/trim.h"

namespace aoe {

namespace {

class Words {
 public:
  explicit Words(base::Bytes data) : data_(data) {}

  std::uint16_t operator[](std::size_t word) const {
    return base::load_le<std::uint16_t>(data_.data() + 2 * word);
  }
  bool bit(std::size_t word, unsigned bit) const { return ((*this)[word] >> bit & 1) != 0; }
  // Words 83, 84, 87, 106, 209 and others say by their top bits 01 that they mean something.
  bool valid(std::size_t word) const { return (*this)[word] >> 14 == 1; }
  std::uint64_t number(std::size_t word, std::size_t words) const {
    std::uint64_t value = 0;
    for (std::size_t i = words; i-- > 0;) value = value << 16 | (*this)[word + i];
    return value;
  }
  std::string text(std::size_t word, std::size_t words) const {
    std::string text;
    for (std::size_t i = 0; i < 2 * words; ++i) {
      const auto c = std::to_integer<char>(data_[2 * word + (i ^ 1)]);
      text += c == '\0' ? ' ' : c > ' ' && c <= '~' ? c : c == ' ' ? ' ' : '?';
    }
    return std::string(base::trimmed(text, " "));
  }

 private:
  base::Bytes data_;
};

void read_block_size(const Words& words, IdentifyData& data) {
  if (!words.valid(106)) return;
  if (words.bit(106, 12)) {
    // In words of two bytes. More than 64 KiB is nonsense.
    const std::uint64_t bytes = 2 * words.number(117, 2);
    if (bytes >= 512 && bytes <= 65536) data.logical_block_bytes = static_cast<std::uint32_t>(bytes);
  }
  data.physical_block_bytes = data.logical_block_bytes;
  if (words.bit(106, 13)) {
    data.physical_block_bytes <<= words[106] & 0x0f;
    if (words.valid(209)) data.alignment_sectors = words[209] & 0x3fff;
  }
}

}  // namespace

std::optional<IdentifyData> read_identify(base::Bytes data) {
  if (data.size() < kIdentifyBytes) return std::nullopt;
  data = data.first(kIdentifyBytes);
  const Words words(data);
  IdentifyData result;
  result.serial = words.text(10, 10);
  result.firmware = words.text(23, 4);
  result.model = words.text(27, 20);
  result.lba48 = words.bit(83, 10) || words.bit(86, 10);
  result.sectors = result.lba48 ? words.number(100, 4) : words.number(60, 2);
  result.flush = words.bit(83, 12);
  result.flush_ext = words.bit(83, 13);
  result.fua = words.valid(84) && words.bit(84, 6);
  result.write_cache = words.bit(85, 5);
  result.smart = words.bit(82, 0);
  result.trim = words.bit(169, 0);
  read_block_size(words, result);
  result.rotation = words[217] == 0xffff ? std::uint16_t{0} : words[217];
  if (words.valid(87) && words.bit(87, 8)) {
    for (std::size_t i = 0; i < 4; ++i)
      result.world_wide_name = result.world_wide_name << 16 | words[108 + i];
  }
  result.has_checksum = (words[255] & 0xff) == 0xa5;
  result.checksum_ok = result.has_checksum && byte_sum(data) == 0;
  return result;
}

}  // namespace aoe
