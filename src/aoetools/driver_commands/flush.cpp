// aoe flush (aoe-flush): has the driver forget devices: those that are down, one by name, or all unused ones.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/control_file.h"
#include "base/json.h"
#include "kernel/aoe_driver.h"

#include <algorithm>

namespace aoetools {

namespace {

// Tells what became of the devices that were meant; without a name the driver chooses among all.
base::Json outcome(const kernel::AoeDriver& driver, const std::vector<kernel::AoeDevice>& before,
                   const std::vector<std::string>& names) {
  base::Json::List devices;
  for (const kernel::AoeDevice& device : before) {
    if (names.empty() || std::ranges::find(names, device.name) != names.end())
      devices.push_back(
          base::Json::Fields{{"device", device.name}, {"forgotten", !driver.knows(device.name)}});
  }
  return devices;
}

}  // namespace

int flush(const Invocation& invocation) {
  bool all = false, json = false;
  std::vector<std::string> names;
  Options options(invocation,
                  "Makes the aoe driver forget devices; without DEVICE, the devices that are down.",
                  {{"aoe flush", "forget the devices that are down"},
                   {"aoe flush e1.0", "forget e1.0, even if it is in use: its users get errors"},
                   {"aoe flush -a", "forget every device that is not in use"}});
  options.flag("-a,--all", all, "forget every device that is not in use")
      .flag("--json", json, "print JSON: each device, and whether the driver forgot it")
      .words("DEVICE", names, "a device, as in e1.0");
  if (const auto status = options.parse(kFailed)) return *status;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!control_file_usable(invocation, driver, "flush", ".")) return kFailed;
  if (all) names = {"all"};
  const auto before = json ? driver.devices() : std::vector<kernel::AoeDevice>();
  bool unknown = false;
  for (const auto& name : names) {
    if (all || driver.knows(name)) continue;
    fmt::print(stderr, "{} Error: \"{}\" is not an aoe device\n", invocation.name, name);
    unknown = true;
  }
  if (unknown) return kFailed;
  int status = kDone;
  for (const auto& name : names.empty() ? std::vector<std::string>{"\n"} : names) {
    const auto done = driver.steer("flush", name);
    if (done) continue;
    complain(invocation, "flush failed");
    status = complain(invocation, "{}", done.error().message);
  }
  if (json && status == kDone)
    fmt::print("{}\n", outcome(driver, before, all ? std::vector<std::string>() : names).indented_text());
  return status;
}

}  // namespace aoetools
