// aoe version (aoe-version): these tools, the driver that is installed, the driver that runs.
#include "base/version.h"

#include "aoetools/command_line/invocation.h"
#include "base/json.h"
#include "kernel/aoe_driver.h"
#include "kernel/installed_driver.h"

namespace aoetools {

int version(const Invocation& invocation) {
  bool json = false;
  std::vector<std::string> ignored;
  Options options(invocation, "Shows the versions of these tools and of the aoe driver.",
                  {{"aoe version", "print three lines, in the classic format"},
                   {"aoe version --json", "the same for scripts"}});
  options.flag("--json", json, "print JSON").words("ARGUMENT", ignored, "ignored");
  if (const auto status = options.parse(kFailed)) return *status;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  const auto installed = kernel::installed_driver_version();
  std::optional<std::string> running;
  if (driver.loaded()) running = driver.version().value_or("(unknown)");
  if (json) {
    const base::Json versions = base::Json::Fields{
        {"aoetools", base::version()}, {"driver_installed", installed}, {"driver_running", running}};
    fmt::print("{}\n", versions.indented_text());
    return kDone;
  }
  const auto line = [](std::string_view what, std::string_view value) {
    fmt::print("{:>22}:\t{}\n", what, value);
  };
  line("aoetools", base::version());
  line("installed aoe driver", installed.value_or("(unknown)"));
  line("running aoe driver", running.value_or("(none)"));
  return kDone;
}

}  // namespace aoetools
