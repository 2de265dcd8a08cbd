// aoe discover (aoe-discover): has the driver broadcast a config query on its interfaces.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/control_file.h"
#include "aoetools/driver_commands/driver_json.h"
#include "kernel/aoe_driver.h"

namespace aoetools {

int discover(const Invocation& invocation) {
  bool json = false;
  std::vector<std::string> ignored;  // the classic tool never looked at its arguments
  Options options(invocation, "Makes the aoe driver search for targets on its interfaces.",
                  {{"aoe discover && aoe wait e1.0", "search, and wait for the device"}});
  options.flag("--json", json, "print JSON: the interfaces that are searched")
      .words("ARGUMENT", ignored, "ignored");
  if (const auto status = options.parse(kFailed)) return *status;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!control_file_usable(invocation, driver, "discover", ".")) return kFailed;
  if (const auto asked = driver.steer("discover", "\n"); !asked) {
    return complain(invocation, "{}", asked.error().message);
  }
  if (json)
    fmt::print("{}\n", used_interfaces_json(driver.parameter("aoe_iflist").value_or("")).indented_text());
  return kDone;
}

}  // namespace aoetools
