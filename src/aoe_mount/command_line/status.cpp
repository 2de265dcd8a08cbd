// aoe-mount status: what is configured, and what is really there.
#include "aoe_mount/commands/status.h"

#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/machine/real_world.h"
#include "aoe_mount/wanted/fstab.h"

namespace aoe_mount::command {

int status(const cli::Invocation& invocation) {
  std::string file;
  bool json = false;
  cli::Options options(
      invocation,
      "Compares the configuration with the machine.\n"
      "Exit status: 0 all is in place, 1 something required is not, 3 something else is not.",
      {{"aoe-mount status", "as a table"}, {"aoe-mount status --json", "for scripts"}});
  add_config_option(options, file);
  options.flag("--json", json, "print JSON");
  if (const auto ended = options.parse()) return *ended;
  const kernel::SystemPaths places = kernel::SystemPaths::from_environment();
  return with_config(file, [&](config::Client& client) {
    if (client.fstab) add_fstab(client, places.etc / "fstab");
    RealWorld real(places);
    const Status now = status_of(client, real.parts());
    fmt::print("{}", json ? to_json(now).indented_text() + "\n" : status_table(now));
    return exit_status(now.completeness());
  });
}

}  // namespace aoe_mount::command
