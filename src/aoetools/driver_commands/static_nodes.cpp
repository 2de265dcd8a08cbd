#include "aoetools/driver_commands/static_nodes.h"

#include "base/number.h"
#include "kernel/aoe_driver.h"
#include "kernel/device_nodes.h"

#include <cstdlib>

namespace aoetools {

namespace {

bool refuse(const Invocation& invocation, std::string_view why) {
  fmt::print(stderr, "{} Error: {}\n", invocation.name, why);
  complain(invocation, "Please see the {} manpage.", invocation.name);
  complain(invocation, "Exiting.");
  return false;
}

}  // namespace

bool static_nodes_wanted(const Invocation& invocation) {
  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (driver.parameter("aoe_dyndevs") == "1")
    return refuse(invocation, "aoe module is using dynamic devices.");
  if (kernel::udev_runs()) {
    return refuse(invocation, fmt::format("udev detected.  You shouldn't need to use {}.", invocation.name));
  }
  return true;
}

base::Result<unsigned> environment_number(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  if (!text || !*text) return otherwise;
  const auto number = base::parse_number(text);
  if (!number || *number > 65535) return base::fail("{}={} is not a number in 0..65535", name, text);
  return static_cast<unsigned>(*number);
}

}  // namespace aoetools
