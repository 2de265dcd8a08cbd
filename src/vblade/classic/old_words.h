// The words of an older target's configuration, as it handed them to vblade, and the export that they mean.
#pragma once

#include "config/server_config.h"

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vblade {

struct OldWord {
  std::string text;
  std::size_t offset = 0;  // into its file
  bool expanded = false;   // by a shell, which replaces patterns
};

// Splits a value as a shell splits an expansion without quotes. `offsets`: of each byte of `value`.
std::vector<OldWord> split_value(std::string_view value, std::span<const std::size_t> offsets);

struct OldWordFault {
  std::size_t offset = 0;
  std::string message;
};

// The export that the classic form makes of these words: [OPTION...] SHELF SLOT NETIF FILE. A list of -m
// becomes `allow`.
std::expected<config::Export, OldWordFault> export_of(const std::vector<OldWord>& words);

}  // namespace vblade
