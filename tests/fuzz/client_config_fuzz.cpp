// aoe-mount.yaml: any bytes are either a configuration or problems that can be reported.
#include "config/client_config.h"
#include "tests/fuzz/file_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::FileInput file(data, size);
  const auto loaded = config::load_client(file.path());
  if (!loaded && config::report(loaded.error()).empty()) std::abort();
  return 0;
}
