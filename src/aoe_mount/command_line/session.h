// Session: the configuration that a command is for, and the lock that it runs under.
#pragma once

#include "aoe_mount/run/instances.h"
#include "aoe_mount/run/progress.h"
#include "base/result.h"
#include "cli/options.h"
#include "config/client_config.h"
#include "kernel/system_paths.h"

#include <functional>
#include <string>
#include <vector>

namespace aoe_mount {

inline constexpr const char* kDefaultConfig = "/etc/conf.d/aoe-mount.yaml";

// -c FILE
void add_config_option(cli::Options& options, std::string& file);

// "aoe-mount: message" on stderr; returns `status`.
int refuse(const std::string& message, int status);
// Prints what was done, or what went wrong: with an errno it failed, without it was asked for wrongly.
int report(const base::Result<std::string>& outcome);

// Runs `action` with the configuration, or reports what is wrong with it.
int with_config(const std::string& file, const std::function<int(config::Client&)>& action);

// Reads what the files of the others that are up said when they were brought up. A copy that cannot be read
// is left out.
std::vector<config::Client> others_of(const std::string& file, const Instances& instances);

// Names a run for others that wait for it.
std::string task_of(const char* command, const std::string& config);

// Runs `action` alone: up and down must not meet. A run whose task is `to_be_ended` ends instead of being
// waited for.
int with_lock(const char* command, const kernel::SystemPaths& places, const std::string& task,
              const std::string& to_be_ended, const std::function<int(Progress&)>& action);

}  // namespace aoe_mount
