// A rule of the protocol is a row: where it stands, what it says, how it is tried.
#pragma once

#include "tests/conformance/subject.h"

#include <span>
#include <string_view>

namespace conformance {

enum class Effect : std::uint8_t {
  none,     // the target stays as it is
  changes,  // config string, lists or the last sectors change and are put back
};

struct Rule {
  std::string_view section;  // of AoEr11, "ATA" for what the command set says, "safe" for robustness
  std::string_view text;
  Effect effect;
  void (*check)(Subject&);  // throws Broken or NotOffered
};

std::span<const Rule> header_rules();
std::span<const Rule> ata_rules();
std::span<const Rule> disk_rules();
std::span<const Rule> config_rules();
std::span<const Rule> mask_rules();
std::span<const Rule> reserve_rules();

}  // namespace conformance
