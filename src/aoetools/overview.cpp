// `aoe` alone: how things stand in one line, then what one can do about it.
#include "aoetools/command.h"
#include "kernel/aoe_driver.h"

#include <algorithm>

namespace aoetools {

namespace {

std::string state_of(const kernel::AoeDriver& driver) {
#ifndef __linux__
  return "This system has no aoe driver: these commands talk to targets without one.";
#endif
  if (!driver.loaded()) {
    return "The aoe driver is not loaded: 'modprobe aoe' loads it; 'aoe scan' works without it.";
  }
  const auto devices = driver.devices();
  const auto down =
      std::ranges::count_if(devices, [](const kernel::AoeDevice& device) { return !device.is_up(); });
  const auto list = driver.parameter("aoe_iflist").value_or("");
  return fmt::format("Driver {}, interfaces: {}, {} device{}{}.",
                     driver.version().value_or("of unknown version"), list.empty() ? "all" : list,
                     devices.size(), devices.size() == 1 ? "" : "s",
                     down > 0 ? fmt::format(", {} down", down) : "");
}

}  // namespace

int overview(const Invocation& invocation) {
  if (invocation.words.empty())
    fmt::print("{}\n\n", state_of(kernel::AoeDriver(kernel::SystemPaths::from_environment())));
  fmt::print("usage: aoe COMMAND [WORD]...\n\n");
  for (const Command& command : commands()) {
    fmt::print("  {:<13}  {}\n", command.name, command.purpose);
  }
  fmt::print(
      "\nExamples:\n"
      "  aoe scan                     which targets are there?\n"
      "  aoe doctor e1.0              diagnose one disk\n"
      "  aoe discover; aoe wait e1.0  make it available\n"
      "\n'aoe COMMAND --help' explains a command, with examples. The classic names work as well: aoe-stat, "
      "aoe-discover, ...\n");
  return kDone;
}

}  // namespace aoetools
