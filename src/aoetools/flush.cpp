// aoe flush (aoe-flush): has the driver forget devices: those that are down, one by name, or all unused ones.
#include "aoetools/driver.h"
#include "aoetools/options.h"

namespace aoetools {

int flush(const Invocation& invocation) {
  bool all = false;
  std::vector<std::string> names;
  Options options(invocation, "Has the aoe driver forget devices; without DEVICE, those that are down.",
                  {{"aoe flush", "forget the devices that are down"},
                   {"aoe flush e1.0", "forget this one, even when it is open: its users get errors"},
                   {"aoe flush -a", "forget every device that nobody has open"}});
  options.flag("-a,--all", all, "every device that is not in use")
      .words("DEVICE", names, "a device, as in e1.0");
  if (const auto status = options.parse(kFailed)) return *status;

  const Driver driver(Places::from_environment());
  if (!driver.usable(invocation, "flush", ".")) return kFailed;
  if (all) names = {"all"};
  bool unknown = false;
  for (const auto& name : names) {
    if (all || driver.knows(name)) continue;
    fmt::print(stderr, "{} Error: \"{}\" is not an aoe device\n", invocation.name, name);
    unknown = true;
  }
  if (unknown) return kFailed;
  if (names.empty()) names = {"\n"};
  int status = kDone;
  for (const auto& name : names) {
    if (driver.steer("flush", name)) continue;
    status = complain(invocation, "flush failed");
  }
  return status;
}

}  // namespace aoetools
