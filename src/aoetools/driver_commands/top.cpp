// aoe top: how busy the driver's devices are, and how their paths feel.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/driver_json.h"
#include "aoetools/top/device_load.h"
#include "base/text_table.h"

#include <thread>

#include <unistd.h>

namespace aoetools {

namespace {

std::string known(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string milliseconds(const std::optional<std::uint64_t>& microseconds) {
  return microseconds ? fmt::format("{:.1f}", static_cast<double>(*microseconds) / 1e3) : "-";
}

std::string table_of(const std::vector<DeviceLoad>& loads) {
  using enum base::Align;
  base::TextTable table({{"device", left},
                         {"state", left},
                         {"read/s", right},
                         {"MB/s", right},
                         {"write/s", right},
                         {"MB/s", right},
                         {"busy", right},
                         {"rtt us", right},
                         {"resend ms", right},
                         {"mac", left},
                         {"frames/s", right},
                         {"out", right},
                         {"window", right},
                         {"taint", right},
                         {"interfaces", left}});
  for (const DeviceLoad& load : loads) {
    std::vector<std::string> cells{load.name,
                                   load.state,
                                   fmt::format("{:.0f}", load.reads),
                                   fmt::format("{:.1f}", load.read_bytes / 1e6),
                                   fmt::format("{:.0f}", load.writes),
                                   fmt::format("{:.1f}", load.written_bytes / 1e6),
                                   std::to_string(load.in_flight),
                                   known(load.paths.rtt_us),
                                   milliseconds(load.paths.retransmit_us())};
    for (const PathState& path : load.paths.paths) {
      for (auto& more : {path.mac, fmt::format("{:.0f}", path.frame_rate), fmt::format("{}", path.out),
                         fmt::format("{}", path.window), fmt::format("{}", path.taint), path.interfaces})
        cells.push_back(more);
      table.add_row(std::move(cells));
      cells.assign(9, "");
    }
    if (load.paths.paths.empty()) table.add_row(std::move(cells));
  }
  return table.text();
}

// Says why no device has paths; empty: they have, or there is none.
std::string lack_of_debugfs(const kernel::AoeDriver& driver) {
  const auto debugfs = driver.paths().sysfs / "kernel" / "debug";
  if (driver.devices().empty() || std::filesystem::is_directory(debugfs / "aoe")) return "";
  return fmt::format("no paths and no round trips without debugfs: be root, and mount -t debugfs debugfs {}",
                     debugfs.native());
}

}  // namespace

int top(const Invocation& invocation) {
  bool json = false;
  std::uint64_t pictures = 0;
  std::chrono::milliseconds interval{2000};
  Options options(
      invocation,
      "Shows the load of the driver's devices and the path quality, every two seconds: the round-trip\n"
      "time and the time to resend a request; for each path the frames sent, the requests in flight,\n"
      "the window (their limit) and the taint (it grows while the path does not answer).\n"
      "Paths and round trips come from debugfs, which needs root.",
      {{"aoe top", "show the devices until interrupted"},
       {"aoe top -n 1 -d 1s", "measure the rates of one second"},
       {"aoe top --json -n 10", "print ten samples for a script, one JSON list a line"}});
  options.duration("-d,--delay", interval, "update after this time")
      .number("-n,--count", pictures, 0, UINT64_MAX, "exit after this many updates; 0: never")
      .flag("--json", json, "print JSON");
  if (const auto status = options.parse()) return *status;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!driver.loaded()) return complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");
  const bool terminal = ::isatty(STDOUT_FILENO) == 1 && !json;
  const std::string lack = lack_of_debugfs(driver);
  if (!lack.empty() && !terminal) complain(invocation, "{}", lack);
  LoadWatch watch(driver);
  (void)watch.look(std::chrono::steady_clock::now());
  for (std::uint64_t shown = 0; pictures == 0 || shown < pictures; ++shown) {
    std::this_thread::sleep_for(interval);
    const auto loads = watch.look(std::chrono::steady_clock::now());
    if (terminal) fmt::print("\033[H\033[2J");
    fmt::print("{}", json ? to_json(loads).text() + "\n" : table_of(loads));
    if (!lack.empty() && terminal) fmt::print("\n{}\n", lack);  // each picture wipes out what stood there
    if (std::fflush(stdout) != 0) return kFailed;
  }
  return kDone;
}

}  // namespace aoetools
