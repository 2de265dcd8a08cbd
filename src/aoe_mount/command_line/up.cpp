// aoe-mount up: from the driver to the mounts.
#include "aoe_mount/commands/up.h"

#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/machine/real_world.h"
#include "aoe_mount/run/end_signal.h"
#include "aoe_mount/run/instances.h"
#include "aoe_mount/wanted/fstab.h"

#include <cstdlib>

namespace aoe_mount::command {

int up(const cli::Invocation& invocation) {
  std::string file;
  cli::Options options(
      invocation,
      "Loads the driver, raises interfaces, waits for devices, checks and mounts them.\n"
      "Exit status: 0 all is in place, 1 something required is not, 3 something else is not.",
      {{"aoe-mount up", "what the service does"},
       {"aoe-mount up -c lab.yaml", "bring up another configuration"}});
  add_config_option(options, file);
  if (const auto status = options.parse()) return *status;
  const kernel::SystemPaths places = kernel::SystemPaths::from_environment();
  return with_config(file, [&](config::Client& client) {
    if (client.fstab) add_fstab(client, places.etc / "fstab");
    return with_lock("up", places, task_of("up", file), "", [&](Progress& progress) {
      catch_end_signals();
      RealWorld real(places);
      const Instances instances(places.run / "aoe-mount" / "up");
      // OpenRC names the service; systemd's units take everything down at the end of a shutdown.
      const bool by_service = std::getenv("RC_SVCNAME") != nullptr;
      instances.remember(file, by_service ? Instances::Origin::service : Instances::Origin::hand);
      return exit_status(bring_up(client, real.parts(), progress, others_of(file, instances)));
    });
  });
}

}  // namespace aoe_mount::command
