// What the tools read from their own machine and from disks: the kernel's announcements, sysfs text, the
// beginning of a disk that a stranger may have written.
#include "aoetools/doctor/disk_content.h"
#include "base/printable.h"
#include "kernel/device_name.h"
#include "kernel/uevents.h"

#include <cstdlib>
#include <string>

namespace {

void must(bool rule) {
  if (!rule) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = std::as_bytes(std::span(data, size));
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)kernel::announces_aoe_device(input);
  const auto content = aoetools::content_of(input);
  using Kind = aoetools::DiskContent::Kind;
  must(content.name.empty() == (content.kind == Kind::empty || content.kind == Kind::unknown));
  // A name that is taken is one that comes back the same.
  if (const auto name = kernel::DeviceName::parse(text)) {
    const auto again = kernel::DeviceName::parse(name->text());
    must(again && again->text() == name->text());
  }
  for (const char c : base::printable(input)) must(c >= ' ' && c <= '~');
  return 0;
}
