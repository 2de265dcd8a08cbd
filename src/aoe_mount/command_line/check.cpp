// aoe-mount --check: every problem of a configuration.
#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"

namespace aoe_mount::command {

int check(const cli::Invocation& invocation) {
  std::string file;
  cli::Options options(
      invocation,
      "Reports every problem of a configuration.\nExit status: 0 there is none, 2 there are some.",
      {{"aoe-mount --check /etc/conf.d/aoe-mount.yaml", "before a restart"}});
  options.word("FILE", file, "the configuration", true);
  if (const auto status = options.parse()) return *status;
  return with_config(file, [](config::Client&) { return cli::kDone; });
}

}  // namespace aoe_mount::command
