// The configuration of an older target: any bytes become a vblade.yaml that loads, with each service that was
// imported.
#include "tests/fuzz/file_input.h"
#include "vblade/classic/old_configuration.h"
#include "vblade/classic/old_import.h"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::FileInput file(data, size);
  auto old = vblade::read_old_configuration(file.path());
  if (!old) std::abort();
  const std::string text = vblade::yaml_of(*old, "vblade");
  const fuzz::FileInput yaml(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const auto services = std::count_if(old->parts.begin(), old->parts.end(),
                                      [](const auto& part) { return part.service.has_value(); });
  const auto loaded = config::load_server(yaml.path());
  if (services > 0 && (!loaded || loaded->exports.size() != static_cast<std::size_t>(services))) std::abort();
  if (services == 0 && loaded) std::abort();
  return 0;
}
