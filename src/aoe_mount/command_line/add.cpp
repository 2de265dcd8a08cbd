// aoe-mount add: writes a mount into the configuration.
#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/commands/configuration_edit.h"

namespace aoe_mount::command {

int add(const cli::Invocation& invocation) {
  std::string file;
  NewMount added;
  cli::Options options(
      invocation, "Adds a mount to the configuration.",
      {{"aoe-mount add e1.0p1 /mnt/data", "with the defaults of the file"},
       {"aoe-mount add LABEL=photos /srv/photos -t ext4 -o noatime --no-required", "with its own"}},
      "Comments and layout of the file are kept. Nothing is mounted: 'aoe-mount up' does that.\n");
  add_config_option(options, file);
  options.value("-t,--type", added.type, "TYPE", "the type of the file system; default: as found")
      .values("-o,--options", added.options, "OPTION", "mount options")
      .value("-w,--wait", added.wait, "TIME", "the time to wait for the device")
      .flag("--bind", added.bind, "mount a directory at a second place")
      .choice("fsck", added.fsck, "check the file system before it is mounted")
      .choice("required", added.required, "fail if it does not come up")
      .word("DEVICE", added.source, "e1.0p1, UUID=..., LABEL=..., or a path such as /dev/vg/home", true)
      .word("MOUNTPOINT", added.mountpoint, "the directory to mount it on", true);
  if (const auto status = options.parse()) return *status;
  return report(add_to_configuration(file, added));
}

}  // namespace aoe_mount::command
