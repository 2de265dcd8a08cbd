// The target's rules under any sequence of frames: see target_properties.h.
#include "tests/fuzz/target_properties.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string rule = fuzz::broken_rule(std::as_bytes(std::span(data, size)));
  if (!rule.empty()) {
    std::fprintf(stderr, "broken rule: %s\n", rule.c_str());
    std::abort();
  }
  return 0;
}
