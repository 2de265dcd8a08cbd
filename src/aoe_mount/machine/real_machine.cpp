#include "aoe_mount/machine/real_machine.h"

#include "aoe_mount/work/command.h"
#include "aoe_mount/work/real_disk_tools.h"
#include "base/fd.h"
#include "kernel/interface_users.h"
#include "kernel/open_files.h"
#include "net/interface.h"

#include <algorithm>

#include <fmt/ranges.h>
#include <poll.h>

namespace aoe_mount {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLookWithoutEvents{250};
// The kernel can lose events when many come at once; then we are this much later.
constexpr milliseconds kLookAnyway{2000};
// The driver copies what is written into 1024 bytes, its NUL included.
constexpr std::size_t kMaxInterfaceList = 1023;

base::Result<> written(base::Result<> result, std::string_view text) {
  if (!result) return base::fail("cannot write '{}' to {}", text, result.error().message);
  return {};
}

}  // namespace

RealMachine::RealMachine(kernel::SystemPaths places)
    : places_(std::move(places)), driver_(places_), ledger_(places_.run / "aoe-mount" / "undo") {
  if (auto events = kernel::Uevents::open()) events_ = std::move(*events);
}

base::Result<> RealMachine::set_parameter(const std::string& name, std::string_view value) {
  return written(driver_.set_parameter(name, value), value);
}

bool RealMachine::has_driver() {
  return driver_.has_control_files();
}

base::Result<> RealMachine::load_driver() {
  {
    const base::Fd held = ledger_.hold();
    Changes changes = ledger_.read();
    changes.driver = true;
    if (auto noted = ledger_.write(changes); !noted) return noted;
  }
  const CommandResult run = run_command({"modprobe", "aoe"});
  if (!run.found || run.status != 0) driver_is_unloaded();  // it never was loaded: nothing to undo
  if (!run.found)
    return base::fail("the kernel has no driver aoe loaded, and there is no modprobe to load it");
  if (run.status != 0) {
    return base::fail("the kernel has no driver aoe: {}; build it with CONFIG_ATA_OVER_ETH=m",
                      run.last_line());
  }
  // devtmpfs or udev makes the node right after.
  for (const auto end = now() + milliseconds(5000); !has_driver() && now() < end;) {
    (void)::poll(nullptr, 0, 20);
  }
  if (!has_driver()) {
    return base::fail("the driver aoe is loaded, but {} did not appear: is devtmpfs or udev there?",
                      driver_.control_file("discover").string());
  }
  return {};
}

base::Result<> RealMachine::use_interfaces(const std::vector<std::string>& names) {
  const std::string list = fmt::format("{}", fmt::join(names, " "));
  if (list.size() > kMaxInterfaceList) {
    return base::fail("the interfaces' names take {} bytes: the driver takes {} at most", list.size(),
                      kMaxInterfaceList);
  }
  return change_parameter("aoe_iflist", list);
}

// What was there before is written down first. A driver that we loaded takes its parameters along when it
// goes.
base::Result<> RealMachine::change_parameter(const std::string& name, std::string_view value) {
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  const std::string before = driver_.parameter(name).value_or("");
  if (before == value) return {};
  if (!changes.driver && changes.parameters.emplace(name, before).second) {
    if (auto noted = ledger_.write(changes); !noted) return noted;
  }
  return set_parameter(name, value);
}

base::Result<> RealMachine::restore_driver_parameters() {
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  for (const auto& [name, before] : std::exchange(changes.parameters, {})) {
    if (!has_driver()) break;
    if (auto result = set_parameter(name, before); !result) return result;
  }
  return ledger_.write(changes);
}

ForgetUnused RealMachine::forget_unused() {
  return {driver_.control_file("flush").string()};
}

base::Result<> RealMachine::discover() {
  return written(driver_.steer("discover", "x"), "x");
}

base::Result<> RealMachine::lower_deadsecs(std::chrono::seconds patience) {
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  if (changes.deadsecs.empty()) {
    changes.deadsecs = driver_.parameter("aoe_deadsecs").value_or("");
    if (auto noted = ledger_.write(changes); !noted) return noted;
  }
  return set_parameter("aoe_deadsecs", std::to_string(patience.count()));
}

base::Result<> RealMachine::restore_deadsecs() {
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  if (changes.deadsecs.empty()) return {};
  if (const auto result = set_parameter("aoe_deadsecs", changes.deadsecs); !result && has_driver())
    return result;
  changes.deadsecs.clear();
  return ledger_.write(changes);
}

std::optional<unsigned> RealMachine::driver_users() {
  return driver_.users();
}

void RealMachine::driver_is_unloaded() {
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  changes.driver = false;
  changes.deadsecs.clear();  // the driver's parameters went with it
  changes.parameters.clear();
  (void)ledger_.write(changes);
}

base::Result<> RealMachine::set_driver_parameter(const std::string& name, std::uint32_t value) {
  return change_parameter(name, std::to_string(value));
}

base::Result<> RealMachine::set_mtu(const std::string& name, std::uint32_t mtu) {
  const auto interface = net::find_interface(name);
  if (!interface) return std::unexpected(interface.error());
  if (interface->mtu == mtu) return {};
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  if (changes.mtus.emplace(name, interface->mtu).second) {
    if (auto noted = ledger_.write(changes); !noted) return noted;
  }
  return net::set_mtu(name, mtu);
}

base::Result<> RealMachine::restore_mtu(const std::string& name) {
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  const auto before = changes.mtus.extract(name);
  if (before.empty()) return {};
  if (net::find_interface(name)) {
    if (auto set = net::set_mtu(name, before.mapped()); !set) return set;
  }
  return ledger_.write(changes);
}

std::string RealMachine::resolve(const std::string& path) {
  std::error_code gone;
  const fs::path real = fs::canonical(path, gone);
  return gone ? path : real.string();
}

base::Result<std::vector<net::Interface>> RealMachine::interfaces() {
  return net::interfaces();
}

base::Result<bool> RealMachine::raise_interface(const std::string& name) {
  const auto interface = net::find_interface(name);
  if (!interface) return std::unexpected(interface.error());
  if (interface->enabled) return false;
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  if (std::find(changes.interfaces.begin(), changes.interfaces.end(), name) == changes.interfaces.end()) {
    changes.interfaces.push_back(name);
    if (const auto noted = ledger_.write(changes); !noted) return std::unexpected(noted.error());
  }
  if (const auto raised = net::raise_interface(name); !raised) return std::unexpected(raised.error());
  return true;
}

base::Result<> RealMachine::lower_interface(const std::string& name) {
  // An interface that has gone is as good as down.
  if (net::find_interface(name)) {
    if (auto lowered = net::lower_interface(name); !lowered) return lowered;
  }
  const base::Fd held = ledger_.hold();
  Changes changes = ledger_.read();
  std::erase(changes.interfaces, name);
  return ledger_.write(changes);
}

std::string RealMachine::interface_user(const std::string& name) {
  const auto interface = net::find_interface(name);
  return interface ? kernel::interface_user(places_, name, interface->index) : std::string();
}

int RealMachine::start(const Work& work) {
  const int job = ++last_job_;
  auto task = Task::start([&] { return pack(perform(work)); });
  if (task) {
    tasks_.emplace(job, std::move(*task));
  } else {
    Finished finished{job, {}};
    finished.outcome.text = task.error().message;
    failed_to_start_.push_back(std::move(finished));
  }
  return job;
}

void RealMachine::abandon(int job) {
  const auto task = tasks_.find(job);
  if (task == tasks_.end()) return;
  task->second.abandon();
  tasks_.erase(task);
}

std::vector<Finished> RealMachine::wait(Clock::time_point until) {
  std::vector<pollfd> waits;
  for (const auto& [job, task] : tasks_) waits.push_back({task.fd(), POLLIN, 0});
  if (events_) waits.push_back({events_->fd(), POLLIN, 0});
  const auto longest = events_ ? kLookAnyway : kLookWithoutEvents;
  const auto left = std::chrono::ceil<milliseconds>(until - now());
  const auto pause = failed_to_start_.empty() ? std::clamp(left, milliseconds(0), longest) : milliseconds(0);
  (void)::poll(waits.data(), waits.size(), static_cast<int>(pause.count()));
  if (events_) (void)events_->drain();
  return collect();
}

std::vector<Finished> RealMachine::collect() {
  std::vector<Finished> all = std::move(failed_to_start_);
  failed_to_start_.clear();
  for (auto it = tasks_.begin(); it != tasks_.end();) {
    if (!it->second.collect()) {
      ++it;
      continue;
    }
    Finished finished{it->first, {}};
    if (!unpack(it->second.output(), finished.outcome)) finished.outcome.text = "its process was killed";
    all.push_back(std::move(finished));
    it = tasks_.erase(it);
  }
  return all;
}

std::vector<std::string> RealMachine::users_of(const std::string& directory) {
  return kernel::open_files_below(places_.proc, directory);
}

std::vector<kernel::MountElsewhere> RealMachine::mounts_elsewhere() {
  return kernel::mounts_elsewhere(places_.proc);
}

}  // namespace aoe_mount
