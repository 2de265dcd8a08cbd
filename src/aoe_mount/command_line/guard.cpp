// aoe-mount guard: keeps a shutdown from waiting for dead targets, until it is ended.
#include "aoe_mount/commands/guard.h"

#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/machine/real_world.h"
#include "aoe_mount/run/path_watch.h"
#include "aoe_mount/run/shutdown_sign.h"

#include <filesystem>

namespace aoe_mount::command {

int guard(const cli::Invocation& invocation) {
  std::string file, mark;
  cli::Options options(invocation, "Gives up dead targets during a shutdown; the service runs it.",
                       {{"aoe-mount guard /run/openrc/rc.stopping", "as the service of OpenRC runs it"}});
  add_config_option(options, file);
  options.word("MARK", mark, "a file that exists while the machine shuts down", true);
  if (const auto status = options.parse()) return *status;
  const auto client = config::load_client(file);
  const config::DownPolicy policy = client ? client->down : config::DownPolicy{};
  const auto goes_on = [&] { return std::filesystem::exists(mark); };
  Progress progress = Progress::on_terminal();
  const kernel::SystemPaths places = kernel::SystemPaths::from_environment();
  const bool is_openrcs = std::filesystem::path(mark).filename() == kOpenrcMark;
  RealWorld real(places);
  for (bool there = true;; there = !there) {
    if (const auto changed = wait_for_path(mark, there); !changed) {
      progress.error("{}", changed.error().message);
      return cli::kFailed;
    }
    if (there && (!is_openrcs || openrc_goes_down(places.proc)))
      guard_shutdown(policy, goes_on, real.parts(), progress);
  }
}

}  // namespace aoe_mount::command
