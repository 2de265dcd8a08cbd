// vblade, vbladed: the AoE target.
#include "base/log.h"
#include "cli/invocation.h"
#include "vblade/classic/old_import.h"
#include "vblade/command_line.h"
#include "vblade/inventory/machine.h"
#include "vblade/inventory/serials.h"
#include "vblade/inventory/state_store.h"
#include "vblade/process/abandon_disks.h"
#include "vblade/process/confinement.h"
#include "vblade/process/daemon.h"
#include "vblade/process/front_process.h"
#include "vblade/process/open_file_limit.h"
#include "vblade/process/opener_process.h"
#include "vblade/process/service_manager.h"
#include "vblade/service.h"

#include <chrono>
#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

namespace {

using namespace vblade;

constexpr int kFailed = cli::kFailed;
constexpr int kBadConfiguration = cli::kUsage;
// Within a start or reload; a target answers in a thousandth of this, unless its disk is slow.
constexpr std::chrono::milliseconds kProbe{250};
// Of whoever stops the server: two seconds, so that it has a little time to leave without its disks.
constexpr std::chrono::milliseconds kPatience = kStopTime + std::chrono::milliseconds(250);

int report(const Problems& problems, int status) {
  (void)base::log::flush();
  fmt::print(stderr, "{}", config::report(problems));
  return status;
}

int fail(const std::string& message) {
  base::log::error("{}", message);
  return kFailed;
}

int check_file(const std::filesystem::path& file) {
  const auto wanted = config::load_server(file);
  if (!wanted) return report(wanted.error(), kBadConfiguration);
  RealMachine machine;
  const Findings findings = check(*wanted, machine);
  if (findings.problems.empty()) return 0;
  return report(findings.problems, findings.prevents_start(*wanted) ? kBadConfiguration : cli::kPartial);
}

// The line that scripts around the classic vblade look for.
void announce(const Export& one) {
  fmt::print("pid {}: {}, {} sectors {}\n", front_process(), one.address().text(), one.target.sectors,
             one.target.read_only ? "O_RDONLY" : "O_RDWR");
  std::fflush(stdout);
}

void tell_ready(int fd, const Service& service) {
  ServiceManager::from_environment().ready(service.summary());
  if (fd < 0) return;
  if (::write(fd, "\n", 1) != 1)
    base::log::warning("nothing reads the readiness report on descriptor {}", fd);
  ::close(fd);
}

int serve_until_stopped(Service& service) {
  switch (service.run()) {
    case Service::End::clean:
      return 0;
    case Service::End::lost_data:
    case Service::End::failed:
      return kFailed;
    case Service::End::hanging:  // what the kernel still works on must not be freed
      (void)base::log::flush();
      exit_leaving_disks(service.release_all_but_hanging(), kFailed);
  }
  return kFailed;
}

ServiceOptions options_of(const CommandLine& line, const std::filesystem::path& file,
                          Rollout::Options rollout, OpenerProcess& opener) {
  return {.config_file = file,
          .socket = line.socket,
          .state = line.state,
          .spin = std::chrono::microseconds(line.spin),
          .rollout = std::move(rollout),
          .manager = ServiceManager::from_environment(),
          .opener = &opener};
}

// What the user needs of root's, also what a server kept that ran as root.
base::Result<> give_to_user(const CommandLine& line) {
  if (auto given = give_directories(line.user, {line.socket.parent_path(), line.state}); !given) return given;
  auto kept = StateFiles(line.state).files();
  if (!line.state.empty()) kept.push_back(Serials::file_in(line.state));
  return give_files(line.user, kept);
}

// From now on there is the server and its front, and a process that opens for it what `rules` name; with
// --user the server has no rights itself.
base::Result<std::unique_ptr<OpenerProcess>> divide(const CommandLine& line, OpenRules rules) {
  if (auto behind = serve_behind_front(kPatience, line.daemon); !behind)
    return std::unexpected(behind.error());
  if (!line.user.empty()) {
    if (auto given = give_to_user(line); !given) return std::unexpected(given.error());
  }
  auto opener = OpenerProcess::start(std::move(rules));
  if (!opener) return opener;
  if (line.user.empty()) {
    (*opener)->keep_rights();
  } else {
    if (auto became = become(line.user); !became) return std::unexpected(became.error());
  }
  end_with_front();
  if (!line.user.empty()) {
    if (auto given_up = give_up_system_calls(); !given_up) return std::unexpected(given_up.error());
  }
  base::set_opener(opener->get());
  // The first threads: all has been forked that is.
  if (auto logs = base::log::write_in_background(); !logs) return std::unexpected(logs.error());
  return opener;
}

int serve_file(const std::filesystem::path& file, const CommandLine& line) {
  const auto opener = divide(line, OpenRules(file));
  if (!opener) return fail(opener.error().message);
  const auto wanted = config::load_server(file);
  if (!wanted) return report(wanted.error(), kBadConfiguration);
  RealMachine machine(opener->get());
  const auto service = Service::create(machine, options_of(line, file, {.probe = kProbe}, **opener));
  if (!service) return fail(service.error().message);
  if (const Problems problems = (*service)->start(*wanted); !problems.empty()) {
    return report(problems, kBadConfiguration);
  }
  base::log::info("{}: {} exports are served", file.string(), (*service)->inventory().exports().size());
  tell_ready(line.notify_fd, **service);
  return serve_until_stopped(**service);
}

int serve_one(const ServeOne& task, const CommandLine& line) {
  std::optional<Daemon> daemon;
  if (line.daemon) {
    auto entered = Daemon::enter();
    if (!entered) return fail(entered.error().message);
    daemon = std::move(*entered);
  }
  const config::Export& one = task.server.exports.front();
  OpenRules rules{{}};
  rules.allow(one.path, !one.read_only);
  rules.allow_interfaces(one.interfaces);
  const auto opener = divide(line, std::move(rules));
  if (!opener) return fail(opener.error().message);
  RealMachine machine(opener->get());
  const auto service = Service::create(
      machine,
      options_of(line, {},
                 {.force = task.force, .mask = task.mask, .probe = kProbe, .only_warn_of_rivals = true},
                 **opener));
  if (!service) return fail(service.error().message);
  if (const Problems problems = (*service)->start(task.server); !problems.empty()) {
    for (const auto& problem : problems) base::log::error("{}", problem.message);
    return kFailed;
  }
  announce(*(*service)->inventory().exports().begin()->second);
  tell_ready(line.notify_fd, **service);
  (void)base::log::flush();  // to the terminal, which a daemon lets go
  if (daemon) daemon->ready();
  return serve_until_stopped(**service);
}

int run(const CommandLine& line) {
  if (const auto* answered = std::get_if<Answered>(&line.task)) return answered->status;
  if (const auto* import = std::get_if<ImportOld>(&line.task)) return import_old(*import);
  const auto* check = std::get_if<CheckFile>(&line.task);
  const auto* file = std::get_if<ServeFile>(&line.task);
  const bool logs = file != nullptr || line.daemon;
  base::log::open(line.daemon ? "vbladed" : "vblade",
                  logs ? base::log::Sink::stderr_and_syslog : base::log::Sink::stderr_only);
  raise_open_file_limit();
  if (check != nullptr) return check_file(check->file);
  block_signals();
  if (file != nullptr) return serve_file(file->file, line);
  return serve_one(std::get<ServeOne>(line.task), line);
}

}  // namespace

int main(int argc, char** argv) {
  const int status = run(parse_command_line(argc, argv));
  // A thread that waits for a reader of the log would use what the end takes away.
  if (!base::log::flush()) ::_exit(status);
  return status;
}
