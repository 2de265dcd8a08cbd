// DiskContent: a partition table, a file system, or nothing that is known here, at the beginning of a disk. A
// few signatures answer "why is there no /dev/etherd/e1.0p1?"; libblkid knows hundreds and lives in
// `aoe_mount`.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <string_view>

namespace aoetools {

// So much of the disk is looked at.
inline constexpr std::size_t kContentBytes = 68 * 1024;

struct DiskContent {
  enum class Kind { empty, table, filesystem, unknown };
  Kind kind = Kind::unknown;
  std::string_view name;  // "a GPT partition table", "an ext file system", ...; empty for empty and unknown
};

// `start` are the first bytes of the disk; fewer than kContentBytes where the disk ends before.
DiskContent content_of(base::Bytes start);

}  // namespace aoetools
