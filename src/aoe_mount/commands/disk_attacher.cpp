#include "aoe_mount/commands/disk_attacher.h"

#include "aoe_mount/commands/discovery_interval.h"
#include "aoe_mount/commands/driver_setup.h"
#include "aoe_mount/wanted/device_finder.h"
#include "base/units.h"

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

using Clock = Tasks::Clock;
using std::chrono::milliseconds;

// People before a machine that does not boot want to see why.
constexpr milliseconds kReportAgain{15'000};

bool is_meant(const std::string& wanted, const net::Interface& interface) {
  if (interface.name == wanted) return true;
  const auto mac = base::MacAddress::parse(wanted);
  return mac && *mac == interface.mac;
}

class DiskAttacher {
 public:
  DiskAttacher(const DiskRequest& request, const World& world, Progress& progress)
      : request_(request), world_(world), progress_(progress) {}

  bool run() {
    if (!set_up_driver(world_, progress_)) return false;
    start_ = world_.tasks.now();
    auto tell = start_ + kReportAgain;
    for (;;) {
      if (!raise_what_is_there() || !ask()) return false;
      const std::vector<std::string> missing = look();
      if (missing.empty()) return true;
      const auto now = world_.tasks.now();
      if (now >= start_ + request_.wait) return give_up(missing);
      if (now >= tell) {
        tell = now + kReportAgain;
        report_waiting(missing);
      }
      (void)world_.tasks.wait(std::min({interval_.next(), tell, start_ + request_.wait}));
    }
  }

 private:
  bool raise_what_is_there();
  bool ask();
  std::vector<std::string> look();
  void report_waiting(const std::vector<std::string>& missing);
  bool give_up(const std::vector<std::string>& missing);
  std::vector<std::string> obstacles();
  std::vector<net::Interface> wanted_interfaces(const std::vector<net::Interface>& all) const;

  const DiskRequest& request_;
  World world_;
  Progress& progress_;
  Clock::time_point start_;
  DiscoveryInterval interval_;
  std::vector<std::string> raised_;
  std::set<std::string> refused_;  // could not be raised
  bool reported_waiting_ = false;
  std::set<std::string> there_;  // disks
};

std::vector<net::Interface> DiskAttacher::wanted_interfaces(const std::vector<net::Interface>& all) const {
  std::vector<net::Interface> wanted;
  std::copy_if(all.begin(), all.end(), std::back_inserter(wanted), [&](const net::Interface& interface) {
    if (request_.interfaces.empty())
      return interface.ethernet && !interface.mac.is_zero();  // loopback has none
    return std::any_of(request_.interfaces.begin(), request_.interfaces.end(),
                       [&](const std::string& name) { return is_meant(name, interface); });
  });
  return wanted;
}

// Drivers of interfaces are loaded while we wait, so they are looked for until the end.
bool DiskAttacher::raise_what_is_there() {
  const auto all = world_.network.interfaces();
  if (!all) {
    progress_.error("{}", all.error().message);
    return false;
  }
  const std::size_t before = raised_.size();
  for (const net::Interface& interface : wanted_interfaces(*all)) {
    const std::string& name = interface.name;
    if (refused_.contains(name) || std::find(raised_.begin(), raised_.end(), name) != raised_.end()) continue;
    const auto raised = world_.network.raise(name);
    if (!raised) {
      refused_.insert(name);
      progress_.error("{}", raised.error().message);
      continue;
    }
    raised_.push_back(name);
    progress_.ok("interface {} ({}) {}", name, interface.mac.text(), *raised ? "raised" : "is up");
  }
  if (raised_.size() == before) return true;
  const auto used =
      use_interfaces(request_.interfaces.empty() ? std::vector<std::string>{} : raised_, world_, progress_);
  if (!used) progress_.error("{}", used.error().message);
  interval_.start_again(world_.tasks.now());
  return used.has_value();
}

bool DiskAttacher::ask() {
  if (!interval_.is_due(world_.tasks.now())) return true;
  if (raised_.empty()) {
    interval_.start_again(world_.tasks.now() + DiscoveryInterval::kFirst);
    return true;
  }
  interval_.asked(world_.tasks.now());
  const auto asked = world_.driver.discover();
  if (!asked) progress_.error("{}", asked.error().message);
  return asked.has_value();
}

// Says which disks have come, and returns why the others have not.
std::vector<std::string> DiskAttacher::look() {
  const kernel::Snapshot snapshot = world_.inspector.look();
  const DeviceFinder finder(world_);
  std::vector<std::string> missing;
  std::vector<std::string> names;
  for (const config::AoeDevice& disk : request_.disks) {
    const std::string name = source_text(disk);
    const Find found = finder.find(disk, snapshot);
    if (found.device == nullptr) {
      missing.push_back(found.why_not);
      names.push_back(name);
    } else if (there_.insert(name).second) {
      progress_.ok("{} is there ({})", found.device->path(), base::size_text(found.device->bytes));
    }
  }
  if (!missing.empty() && !reported_waiting_) {
    reported_waiting_ = true;
    progress_.step("waiting for {}, up to {}", fmt::join(names, ", "), base::duration_text(request_.wait));
  }
  return missing;
}

// Lists what is wrong on this side of the cable.
std::vector<std::string> DiskAttacher::obstacles() {
  std::vector<std::string> found;
  const auto all = world_.network.interfaces().value_or(std::vector<net::Interface>{});
  std::vector<std::string> there;
  for (const net::Interface& interface : all) {
    if (interface.ethernet && !interface.mac.is_zero())
      there.push_back(fmt::format("{} ({})", interface.name, interface.mac.text()));
  }
  const std::string list = there.empty() ? "none" : fmt::format("{}", fmt::join(there, ", "));
  for (const std::string& wanted : request_.interfaces) {
    if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return is_meant(wanted, one); }))
      found.push_back(fmt::format("there is no interface {}; there are: {}", wanted, list));
  }
  if (request_.interfaces.empty() && there.empty()) found.emplace_back("there is no Ethernet interface");
  for (const net::Interface& interface : wanted_interfaces(all)) {
    if (interface.enabled && !interface.up)
      found.push_back(fmt::format("interface {} has no carrier", interface.name));
  }
  return found;
}

void DiskAttacher::report_waiting(const std::vector<std::string>& missing) {
  const auto passed = std::chrono::floor<std::chrono::seconds>(world_.tasks.now() - start_);
  std::vector<std::string> why = obstacles();
  why.insert(why.begin(), missing.begin(), missing.end());
  progress_.step("waiting for {}: {}", base::duration_text(passed), fmt::join(why, "; "));
}

bool DiskAttacher::give_up(const std::vector<std::string>& missing) {
  for (const std::string& why : missing)
    progress_.error("{} within {}", why, base::duration_text(request_.wait));
  for (const std::string& why : obstacles()) progress_.error("{}", why);
  return false;
}

}  // namespace

bool attach_disks(const DiskRequest& request, const World& world, Progress& progress) {
  return DiskAttacher(request, world, progress).run();
}

}  // namespace aoe_mount
