// aoe-mount abft: the disk and the interface that iPXE started this machine from.
#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "kernel/boot_table.h"

namespace aoe_mount::command {

int abft(const cli::Invocation& invocation) {
  cli::Options options(invocation,
                       "Prints the AoE disk and the interface that iPXE started this machine from.",
                       {{"aoe-mount abft", "e1.0 52:54:00:a0:e0:01"}});
  if (const auto status = options.parse()) return *status;
  const auto table = kernel::find_boot_table(kernel::SystemPaths::from_environment());
  if (!table) return refuse(table.error().message, cli::kFailed);
  fmt::print("{}\n", table->text());
  return cli::kDone;
}

}  // namespace aoe_mount::command
