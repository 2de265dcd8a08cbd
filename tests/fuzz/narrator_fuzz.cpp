// What aoe dump tells of a frame: any bytes, from the wire or from a capture file.
#include "aoetools/dump/narrator.h"

#include <cstdlib>

namespace {

void must(bool rule) {
  if (!rule) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The input is two frames, so that a reply may meet its request.
  const base::Bytes input = std::as_bytes(std::span(data, size));
  aoetools::Narrator narrator;
  for (const base::Bytes frame : {input.first(size / 2), input.subspan(size / 2), input}) {
    const std::string line = narrator.tell(std::chrono::nanoseconds(size), frame).line();
    must(!line.empty());
    // Nothing foreign reaches the terminal unescaped.
    for (const char c : line) must(c >= ' ' && c <= '~');
  }
  return 0;
}
