// aoe-mount remove: takes a mount out of the configuration.
#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/commands/configuration_edit.h"

namespace aoe_mount::command {

int remove(const cli::Invocation& invocation) {
  std::string file, removed;
  cli::Options options(
      invocation, "Removes a mount from the configuration.",
      {{"aoe-mount remove /mnt/data", "by its mount point"}, {"aoe-mount remove e1.0p1", "by its device"}},
      "Comments and layout of the file are kept. The file system stays mounted.\n");
  add_config_option(options, file);
  options.word("MOUNT", removed, "its mount point, or its device", true);
  if (const auto status = options.parse()) return *status;
  return report(remove_from_configuration(file, removed));
}

}  // namespace aoe_mount::command
