// aoe interfaces (aoe-interfaces): the network interfaces that the driver may use; none named: all.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/control_file.h"
#include "aoetools/driver_commands/driver_json.h"
#include "kernel/aoe_driver.h"

#include <fmt/ranges.h>

namespace aoetools {

namespace {

constexpr std::string_view kList = "aoe_iflist";

int show(const Invocation& invocation, const kernel::AoeDriver& driver, bool json) {
  const auto list = driver.parameter(kList);
  if (!list && !driver.loaded())
    return complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");
  if (!list)
    return complain(invocation, "this driver does not show its interfaces: it has no parameter {}", kList);
  fmt::print("{}\n", json ? used_interfaces_json(*list).indented_text() : *list);
  return kDone;
}

}  // namespace

int interfaces(const Invocation& invocation) {
  bool clear = false, json = false;
  std::vector<std::string> names;
  Options options(invocation, "Shows or sets the network interfaces that the aoe driver uses.",
                  {{"aoe interfaces", "show them; an empty line means all interfaces"},
                   {"aoe interfaces eth1 eth2", "use these from now on"},
                   {"aoe interfaces -c", "use all of them again"}});
  options.flag("-c,--clear", clear, "clear the list: use every interface")
      .flag("--json", json, "show them as JSON")
      .words("INTERFACE", names, "a network interface");
  if (const auto status = options.parse(kFailed)) return *status;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!clear && names.empty()) return show(invocation, driver, json);
  if (clear && !names.empty()) {
    fmt::print(stderr, "{} Error: -c flag takes no arguments\n", invocation.name);
    return kFailed;
  }
  bool unknown = false;
  for (const auto& name : names) {
    if (std::filesystem::is_directory(driver.paths().sysfs / "class" / "net" / name)) continue;
    fmt::print(stderr, "{} Error: \"{}\" is not a network interface\n", invocation.name, name);
    unknown = true;
  }
  if (unknown) return kFailed;

  std::string list = fmt::format("{}", fmt::join(names, " "));
  list += '\0';  // the driver reads the list as a C string
  if (driver.parameter_writable(kList)) {
    if (const auto set = driver.set_parameter(kList, list); !set)
      return complain(invocation, "{}", set.error().message);
    return kDone;
  }
  if (!control_file_usable(invocation, driver, "interfaces", ".")) return kFailed;
  if (const auto set = driver.steer("interfaces", list); !set)
    return complain(invocation, "{}", set.error().message);
  return kDone;
}

}  // namespace aoetools
