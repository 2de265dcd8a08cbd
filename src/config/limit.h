// Limit: what may pass in a second.
#pragma once

#include <cstdint>

namespace config {

struct Limit {
  std::uint64_t requests = 0;  // 0: any number
  std::uint64_t bytes = 0;     // read, written and verified; 0: any number

  bool is_set() const { return requests > 0 || bytes > 0; }
  bool operator==(const Limit&) const = default;
};

}  // namespace config
