// aoe-mount: brings file systems on AoE devices up at boot and down at shutdown.
#include "aoe_mount/commands/configuration_edit.h"
#include "aoe_mount/commands/disk_attacher.h"
#include "aoe_mount/commands/down.h"
#include "aoe_mount/commands/guard.h"
#include "aoe_mount/commands/hook.h"
#include "aoe_mount/commands/status.h"
#include "aoe_mount/commands/up.h"
#include "aoe_mount/machine/real_machine.h"
#include "aoe_mount/run/end_signal.h"
#include "aoe_mount/run/instances.h"
#include "aoe_mount/run/path_watch.h"
#include "aoe_mount/run/run_lock.h"
#include "aoe_mount/run/story.h"
#include "aoe_mount/wanted/fstab.h"
#include "base/number.h"
#include "base/units.h"
#include "base/version.h"
#include "cli/help.h"
#include "config/client_config.h"
#include "kernel/boot_table.h"
#include "kernel/processes.h"
#include "kernel/system_paths.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>
#include <unistd.h>

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::chrono::minutes kLockPatience{1};

struct Options {
  std::string config = "/etc/conf.d/aoe-mount.yaml";
  std::string check;
  bool json = false;
  bool all = false;
  std::vector<std::string> disks;
  std::vector<std::string> interfaces;
  std::string wait = "3m";
  aoe_mount::NewMount added;
  std::string removed;
  std::string shutdown_mark;
};

// Runs `action` with the configuration, or reports what is wrong with it.
int with_config(const std::string& file, const std::function<int(config::Client&)>& action) {
  auto client = config::load_client(file);
  if (client) return action(*client);
  fmt::print(stderr, "{}", config::report(client.error()));
  return kUsage;
}

// Names this run for others that wait for it.
std::string task_of(const char* command, const std::string& config) {
  return fmt::format("{} {}", command, std::filesystem::absolute(config).lexically_normal().string());
}

// An `up` of what is to be taken down now ends instead of being waited for.
void wait_for(const aoe_mount::RunLock::Owner& owner, const std::string& to_be_ended,
              aoe_mount::Story& story) {
  const auto pid = base::parse_number(owner.pid);
  // A run that has just begun may not have put its name in yet: then it is that of an earlier one.
  const bool is_it = pid && !to_be_ended.empty() && owner.task == to_be_ended &&
                     kernel::process_name("/proc", *pid) == "aoe-mount";
  if (!is_it) {
    story.step("waiting for another aoe-mount (pid {}) to end", owner.pid);
    return;
  }
  story.step("another aoe-mount (pid {}) is still bringing up: sending it a signal", owner.pid);
  (void)::kill(static_cast<pid_t>(*pid), SIGTERM);
}

// Runs `action` alone: up and down must not meet.
int with_lock(const char* command, const kernel::SystemPaths& places, const std::string& task,
              const std::string& to_be_ended, const std::function<bool(aoe_mount::Story&)>& action) {
  aoe_mount::Story story = aoe_mount::Story::on_terminal();
  if (::geteuid() != 0) {
    story.bad("aoe-mount {} needs root: it raises interfaces and mounts file systems", command);
    return kFailed;
  }
  const auto lock = aoe_mount::RunLock::take(
      places.run / "aoe-mount.lock", task, kLockPatience,
      [&](const aoe_mount::RunLock::Owner& owner) { wait_for(owner, to_be_ended, story); });
  if (!lock) {
    story.bad("{}", lock.error().message);
    return kFailed;
  }
  return action(story) ? 0 : kFailed;
}

int up(const Options& options, const kernel::SystemPaths& places) {
  return with_config(options.config, [&](config::Client& client) {
    if (client.fstab) aoe_mount::add_fstab(client, places.etc / "fstab");
    const std::string task = task_of("up", options.config);
    return with_lock("up", places, task, "", [&](aoe_mount::Story& story) {
      aoe_mount::catch_end_signals();
      aoe_mount::RealMachine machine(places);
      aoe_mount::Instances(places.run / "aoe-mount" / "up").remember(options.config);
      return aoe_mount::bring_up(client, machine, story);
    });
  });
}

// A configuration that is gone or has become wrong must not keep anything from being released.
int down(const Options& options, const kernel::SystemPaths& places) {
  const std::string up = task_of("up", options.config);
  return with_lock("down", places, "down", up, [&](aoe_mount::Story& story) {
    const aoe_mount::Instances instances(places.run / "aoe-mount" / "up");
    auto client = config::load_client(options.config);
    if (!client) {
      client = config::load_client(instances.copy_of(options.config));
      story.warning("{} cannot be used: using {}", options.config,
                    client ? "its copy of the last up" : "the defaults");
    }
    config::Client wanted = client ? std::move(*client) : config::Client{};
    wanted.file = options.config;
    const auto others = options.all ? std::vector<std::string>{} : instances.others(options.config);
    aoe_mount::RealMachine machine(places);
    const bool before = run_hook("before-down", wanted.hooks.before_down, machine, story);
    bool done = false;
    if (others.empty()) {
      done = take_down(wanted.down, machine, story);
    } else {
      story.step("others are up as well ({}): releasing only what {} names", fmt::join(others, ", "),
                 options.config);
      if (wanted.fstab) aoe_mount::add_fstab(wanted, places.etc / "fstab");
      done = take_down_only(wanted, machine, story);
    }
    instances.forget(options.config);
    return run_hook("after-down", wanted.hooks.after_down, machine, story) && done && before;
  });
}

// Until it is ended.
int guard(const Options& options, const kernel::SystemPaths& places) {
  const auto client = config::load_client(options.config);
  const config::DownPolicy policy = client ? client->down : config::DownPolicy{};
  const auto goes_on = [&] { return std::filesystem::exists(options.shutdown_mark); };
  aoe_mount::Story story = aoe_mount::Story::on_terminal();
  aoe_mount::RealMachine machine(places);
  for (;;) {
    if (const auto begun = aoe_mount::wait_for_path(options.shutdown_mark); !begun) {
      story.bad("{}", begun.error().message);
      return kFailed;
    }
    guard_shutdown(policy, goes_on, machine, story);
  }
}

int status(const Options& options, const kernel::SystemPaths& places) {
  return with_config(options.config, [&](config::Client& client) {
    if (client.fstab) aoe_mount::add_fstab(client, places.etc / "fstab");
    aoe_mount::RealMachine machine(places);
    const aoe_mount::Status status = aoe_mount::status_of(client, machine);
    fmt::print("{}", options.json ? to_json(status).indented_text() + "\n" : aoe_mount::status_table(status));
    return status.good ? 0 : kFailed;
  });
}

int attach(const Options& options, const kernel::SystemPaths& places) {
  aoe_mount::DiskRequest request;
  request.interfaces = options.interfaces;
  const auto refuse = [](const std::string& message) {
    fmt::print(stderr, "aoe-mount: {}\n", message);
    return kUsage;
  };
  for (const std::string& word : options.disks) {
    const auto disk = config::parse_aoe_device(word);
    if (!disk) return refuse(disk.error().message);
    request.disks.push_back(*disk);
  }
  const auto wait = base::parse_duration(options.wait);
  if (!wait) return refuse(fmt::format("--wait: {}", wait.error().message));
  request.wait = *wait;
  return with_lock("attach", places, "attach", "", [&](aoe_mount::Story& story) {
    aoe_mount::RealMachine machine(places);
    return attach_disks(request, machine, story);
  });
}

int abft(const kernel::SystemPaths& places) {
  const auto table = kernel::find_boot_table(places);
  if (table) {
    fmt::print("{}\n", table->text());
    return 0;
  }
  fmt::print(stderr, "aoe-mount: {}\n", table.error().message);
  return kFailed;
}

int told(const base::Result<std::string>& outcome) {
  if (outcome) {
    fmt::print("{}\n", *outcome);
    return 0;
  }
  fmt::print(stderr, "aoe-mount: {}\n", outcome.error().message);
  return outcome.error().code != 0 ? kFailed : kUsage;
}

// --NAME and --no-NAME; without either, the file's default holds.
void add_choice(CLI::App& command, const std::string& name, std::optional<bool>& choice,
                const std::string& meaning) {
  CLI::Option* yes = command.add_flag_callback("--" + name, [&choice] { choice = true; }, meaning);
  command.add_flag_callback("--no-" + name, [&choice] { choice = false; }, "The opposite")->excludes(yes);
}

CLI::App* describe_add(CLI::App& app, aoe_mount::NewMount& added) {
  CLI::App* command = app.add_subcommand("add", "Add a mount to the configuration");
  command->add_option("device", added.source, "e1.0p1, UUID=..., LABEL=..., or a path such as /dev/vg/home")
      ->required();
  command->add_option("mountpoint", added.mountpoint, "The directory to mount it on")->required();
  command->add_option("-t,--type", added.type, "Set the type of the file system; default: as found")
      ->type_name("TYPE");
  command->add_option("-o,--options", added.options, "Set the mount options, separated by commas")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("-w,--wait", added.wait, "Set the time to wait for the device")->type_name("TIME");
  command->add_flag("--bind", added.bind, "Mount a directory at a second place");
  add_choice(*command, "fsck", added.fsck, "Check the file system before it is mounted");
  add_choice(*command, "required", added.required, "Fail if it does not come up");
  command->footer(
      "Examples:\n"
      "  aoe-mount add e1.0p1 /mnt/data\n"
      "  aoe-mount add LABEL=photos /srv/photos --type ext4 --options noatime,nodev --no-required\n"
      "Comments and layout of the file are kept. Nothing is mounted: 'aoe-mount up' does that.");
  return command;
}

CLI::App* describe_remove(CLI::App& app, std::string& removed) {
  CLI::App* command = app.add_subcommand("remove", "Remove a mount from the configuration");
  command->add_option("mount", removed, "Its mount point, or its device")->required();
  command->footer(
      "Examples:\n"
      "  aoe-mount remove /mnt/data\n"
      "  aoe-mount remove e1.0p1\n"
      "Comments and layout of the file are kept. The file system stays mounted.");
  return command;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Mounts and unmounts file systems on ATA over Ethernet devices.", "aoe-mount");
  cli::format_help(app);
  app.set_version_flag("--version", fmt::format("aoe-mount {}", base::version()));
  app.add_option("--check", options.check, "Report every problem of FILE; exit 0 if there is none, else 2")
      ->type_name("FILE");
  CLI::App* up_command =
      app.add_subcommand("up", "Load the driver, raise interfaces, wait for devices, fsck, mount");
  CLI::App* down_command =
      app.add_subcommand("down", "Release everything on AoE devices, upper layers first");
  CLI::App* status_command = app.add_subcommand("status", "Compare the configuration with the machine");
  CLI::App* attach_command =
      app.add_subcommand("attach", "Bring up AoE disks for an initramfs; mount nothing");
  attach_command->add_option("disk", options.disks, "e1.0, or e1.0p1 for a partition")->required();
  attach_command
      ->add_option("-i,--interface", options.interfaces, "Raise and search only these; default: all")
      ->type_name("NAME|MAC")
      ->delimiter(',')
      ->allow_extra_args(false);
  attach_command->add_option("-w,--wait", options.wait, "Wait this long for the disks")
      ->type_name("TIME")
      ->capture_default_str();
  CLI::App* abft_command =
      app.add_subcommand("abft", "Print the AoE disk and the interface that iPXE started this machine from");
  CLI::App* guard_command =
      app.add_subcommand("guard", "Give up dead targets during a shutdown; the service runs it");
  guard_command->add_option("mark", options.shutdown_mark, "A file that exists while the machine shuts down")
      ->required();
  CLI::App* add_command = describe_add(app, options.added);
  CLI::App* remove_command = describe_remove(app, options.removed);
  for (CLI::App* command :
       {up_command, down_command, status_command, guard_command, add_command, remove_command}) {
    command->add_option("-c,--config", options.config, "Use this configuration")
        ->type_name("FILE")
        ->capture_default_str();
  }
  status_command->add_flag("--json", options.json, "Print JSON");
  down_command->add_flag("--all", options.all, "Release the items of all configurations");
  app.require_subcommand(0, 1);
  app.footer("aoe-mount.yaml(5) describes the file, aoe-mount(8) the commands.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  const kernel::SystemPaths places = kernel::SystemPaths::from_environment();
  if (!options.check.empty()) return with_config(options.check, [](config::Client&) { return 0; });
  if (up_command->parsed()) return up(options, places);
  if (down_command->parsed()) return down(options, places);
  if (status_command->parsed()) return status(options, places);
  if (guard_command->parsed()) return guard(options, places);
  if (add_command->parsed()) return told(aoe_mount::add_to_configuration(options.config, options.added));
  if (remove_command->parsed())
    return told(aoe_mount::remove_from_configuration(options.config, options.removed));
  if (attach_command->parsed()) return attach(options, places);
  if (abft_command->parsed()) return abft(places);
  fmt::print(stderr, "{}", app.help());
  return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "aoe-mount: {}\n", error.what());
  }
  return kFailed;
}
