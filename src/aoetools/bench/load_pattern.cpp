#include "aoetools/bench/load_pattern.h"

#include "base/units.h"

#include <cstring>

namespace aoetools {
namespace {

constexpr std::size_t kWords = base::kSectorBytes / sizeof(std::uint64_t);

// The first word names the sector in full; each next one differs by a constant, which costs one addition.
constexpr std::uint64_t first_word(std::uint64_t sector) {
  return (sector + 1) * 0x9e37'79b9'7f4a'7c15;
}
constexpr std::uint64_t kStep = 0xd1b5'4a32'd192'ed03;

}  // namespace

void write_pattern(std::uint64_t sector, base::MutableBytes data) {
  for (; data.size() >= base::kSectorBytes; data = data.subspan(base::kSectorBytes), ++sector) {
    std::uint64_t word = first_word(sector);
    for (std::size_t i = 0; i < kWords; ++i, word += kStep)
      base::store_le<std::uint64_t>(&data[i * sizeof word], word);
  }
}

std::size_t count_mismatches(std::uint64_t sector, base::Bytes data) {
  std::size_t wrong = 0;
  for (; data.size() >= base::kSectorBytes; data = data.subspan(base::kSectorBytes), ++sector) {
    std::uint64_t word = first_word(sector);
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kWords; ++i, word += kStep)
      difference |= base::load_le<std::uint64_t>(&data[i * sizeof word]) ^ word;
    wrong += difference != 0 ? 1 : 0;
  }
  return wrong;
}

}  // namespace aoetools
