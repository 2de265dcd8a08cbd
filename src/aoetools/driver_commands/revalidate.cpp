// aoe revalidate (aoe-revalidate): has the driver ask one target for its size again.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/control_file.h"
#include "aoetools/driver_commands/driver_json.h"
#include "kernel/aoe_driver.h"

#include <fmt/ranges.h>

namespace aoetools {

int revalidate(const Invocation& invocation) {
  bool json = false;
  std::vector<std::string> words;
  Options options(invocation, "Makes the aoe driver ask a target for its size and identity again.",
                  {{"aoe revalidate e1.0", "after the export has grown, also while it is mounted"}});
  options.flag("--json", json, "print JSON: the device, in the format of aoe stat")
      .words("DEVICE", words, "a device, as in e1.0");
  if (const auto status = options.parse(kFailed)) return *status;
  if (words.empty()) {
    fmt::print(stderr, "Usage: {} e{{major}}.{{minor}}\n", invocation.name);
    return kFailed;
  }

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!control_file_usable(invocation, driver, "revalidate", "")) return kFailed;
  // The driver takes one name per write and reads it to the end of the line.
  if (const auto asked = driver.steer("revalidate", fmt::format("{}\n", fmt::join(words, " "))); !asked) {
    complain(invocation, "revalidate failed");
    return complain(invocation, "{}: is '{}' a device of 'aoe stat'?", asked.error().message, words.front());
  }
  if (json) {
    const auto address = aoe::Address::parse(words.front());
    fmt::print("{}\n",
               to_json(address ? std::vector{driver.device(*address)} : std::vector<kernel::AoeDevice>())
                   .indented_text());
  }
  return kDone;
}

}  // namespace aoetools
