// aoe-mount down: releases what stands on AoE.
#include "aoe_mount/commands/down.h"

#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/commands/hook.h"
#include "aoe_mount/machine/real_world.h"
#include "aoe_mount/run/instances.h"
#include "aoe_mount/wanted/fstab.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/ranges.h>

namespace aoe_mount::command {

namespace {

// A configuration that is gone or has become wrong must not keep anything from being released.
config::Client configuration(const std::string& file, const Instances& instances, Progress& progress) {
  auto client = config::load_client(file);
  if (!client) {
    client = config::load_client(instances.copy_of(file));
    progress.warning("{} cannot be used: using {}", file,
                     client ? "its copy of the last up" : "the defaults");
  }
  config::Client wanted = client ? std::move(*client) : config::Client{};
  wanted.file = file;
  return wanted;
}

// OpenRC says so to the services that it stops. What was brought up by hand has no service to take it down
// then.
bool is_shutdown() {
  const char* goes_down = std::getenv("RC_GOINGDOWN");
  return goes_down != nullptr && goes_down == std::string_view("YES");
}

// A file that could not be taken down is still up: others must leave its items alone.
Completeness release(const std::string& file, bool all, Occasion occasion, const kernel::SystemPaths& places,
                     Progress& progress) {
  const Instances instances(places.run / "aoe-mount" / "up");
  config::Client wanted = configuration(file, instances, progress);
  const auto others = all                              ? std::vector<std::string>{}
                      : occasion == Occasion::shutdown ? instances.other_services(file)
                                                       : instances.others(file);
  RealWorld real(places);
  const World world = real.parts();
  const bool before = run_hook("before-down", wanted.hooks.before_down, world.tasks, progress);
  Completeness reached = Completeness::failed;
  if (others.empty()) {
    reached = take_down(wanted.down, world, progress, occasion);
  } else {
    progress.step("others are up as well ({}): releasing only what {} names", fmt::join(others, ", "), file);
    // Entries of /etc/fstab are common to all configurations that take them: the last one releases them.
    const auto clients = others_of(file, instances);
    if (wanted.fstab && std::ranges::none_of(clients, &config::Client::fstab))
      add_fstab(wanted, places.etc / "fstab");
    reached = take_down_only(wanted, world, progress, occasion);
  }
  if (reached != Completeness::failed) instances.forget(file);
  const bool after = run_hook("after-down", wanted.hooks.after_down, world.tasks, progress);
  return before && after ? reached : Completeness::failed;
}

}  // namespace

int down(const cli::Invocation& invocation) {
  std::string file;
  bool all = false;
  bool shutdown = is_shutdown();
  cli::Options options(invocation, "Releases everything on AoE devices, upper layers first.",
                       {{"aoe-mount down", "what the service does when it stops"},
                        {"aoe-mount down --all", "the items of all configurations"}});
  add_config_option(options, file);
  options.flag("--all", all, "release the items of all configurations")
      .flag("--shutdown", shutdown, "end the processes that use the mounts");
  if (const auto status = options.parse()) return *status;
  const kernel::SystemPaths places = kernel::SystemPaths::from_environment();
  const Occasion occasion = shutdown ? Occasion::shutdown : Occasion::request;
  return with_lock("down", places, "down", task_of("up", file), [&](Progress& progress) {
    return exit_status(release(file, all, occasion, places, progress));
  });
}

}  // namespace aoe_mount::command
