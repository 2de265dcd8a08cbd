#include "aoe_mount/command_line/session.h"

#include "aoe_mount/run/run_lock.h"
#include "base/number.h"
#include "base/printable.h"
#include "kernel/processes.h"

#include <chrono>
#include <csignal>
#include <filesystem>

#include <unistd.h>

namespace aoe_mount {

namespace {

constexpr std::chrono::minutes kLockPatience{1};

// An `up` of what is to be taken down now ends instead of being waited for.
void wait_for(const RunLock::Owner& owner, const std::string& to_be_ended, Progress& progress) {
  const auto pid = base::parse_number(owner.pid);
  // A run that has just begun may not have put its name in yet: then it is that of an earlier one.
  const bool is_it = pid && !to_be_ended.empty() && owner.task == to_be_ended &&
                     kernel::process_name("/proc", *pid) == "aoe-mount";
  if (!is_it) {
    progress.step("waiting for another aoe-mount (pid {}) to end", owner.pid);
    return;
  }
  progress.step("another aoe-mount (pid {}) is still bringing up: sending it a signal", owner.pid);
  (void)::kill(static_cast<pid_t>(*pid), SIGTERM);
}

}  // namespace

void add_config_option(cli::Options& options, std::string& file) {
  if (file.empty()) file = kDefaultConfig;
  options.value("-c,--config", file, "FILE", "use this configuration");
}

int refuse(const std::string& message, int status) {
  fmt::print(stderr, "aoe-mount: {}\n", base::legible_lines(message));
  return status;
}

int report(const base::Result<std::string>& outcome) {
  if (!outcome)
    return refuse(outcome.error().message, outcome.error().code != 0 ? cli::kFailed : cli::kUsage);
  fmt::print("{}\n", base::legible_lines(*outcome));
  return cli::kDone;
}

int with_config(const std::string& file, const std::function<int(config::Client&)>& action) {
  auto client = config::load_client(file);
  if (client) return action(*client);
  fmt::print(stderr, "{}", config::report(client.error()));
  return cli::kUsage;
}

std::vector<config::Client> others_of(const std::string& file, const Instances& instances) {
  std::vector<config::Client> others;
  for (const std::string& other : instances.others(file)) {
    if (auto client = config::load_client(instances.copy_of(other))) others.push_back(std::move(*client));
  }
  return others;
}

std::string task_of(const char* command, const std::string& config) {
  return fmt::format("{} {}", command, std::filesystem::absolute(config).lexically_normal().string());
}

int with_lock(const char* command, const kernel::SystemPaths& places, const std::string& task,
              const std::string& to_be_ended, const std::function<int(Progress&)>& action) {
  Progress progress = Progress::on_terminal();
  if (::geteuid() != 0) {
    progress.error("aoe-mount {} needs root: it raises interfaces and mounts file systems", command);
    return cli::kFailed;
  }
  // The work goes on if the reader of the output goes away.
  (void)std::signal(SIGPIPE, SIG_IGN);
  const auto lock =
      RunLock::take(places.run / "aoe-mount.lock", task, kLockPatience,
                    [&](const RunLock::Owner& owner) { wait_for(owner, to_be_ended, progress); });
  if (!lock) {
    progress.error("{}", lock.error().message);
    return cli::kFailed;
  }
  if (!lock->problem().empty()) progress.warning("{}: going on without the lock", lock->problem());
  return action(progress);
}

}  // namespace aoe_mount
