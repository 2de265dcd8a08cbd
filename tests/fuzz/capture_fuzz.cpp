// Capture files as `aoe dump --read` takes them: any bytes for libpcap, then every frame in it for the
// narrator.
#include "aoetools/dump/narrator.h"
#include "net/capture.h"
#include "tests/fuzz/file_input.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::FileInput file(data, size);
  auto capture = net::Capture::open_file(file.path(), "ether proto 0x88a2");
  if (!capture) return 0;
  aoetools::Narrator narrator;
  for (;;) {
    const auto frame = capture->next();
    if (!frame || !*frame) return 0;
    if ((*frame)->bytes.size() > (*frame)->wire_bytes) std::abort();
    if (narrator.tell((*frame)->time.time_since_epoch(), (*frame)->bytes).line().empty()) std::abort();
  }
}
