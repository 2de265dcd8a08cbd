// aoe wait: until devices are there and up. By the kernel's device events, so it is over as soon as it can
// be.
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "base/json.h"
#include "base/units.h"
#include "kernel/aoe_driver.h"
#include "kernel/device_name.h"
#include "kernel/uevents.h"

#include <algorithm>
#include <chrono>

#include <sys/stat.h>

namespace aoetools {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// An event that got lost, or a tree that sends none, costs no more than this.
constexpr milliseconds kLookAnyway{500};
// A target may boot later than this machine; the driver itself asks just once a minute.
constexpr milliseconds kAskAgain{5000};

// A device that is waited for.
struct Awaited {
  kernel::DeviceName name;
  bool present = false;
  milliseconds after{0};  // how long it took, or has been waited for so far
  std::string lack;       // why it cannot be used; empty when present
};

base::Json awaited_json(const Awaited& device) {
  return base::Json::Fields{{"device", device.name.text()},
                            {"present", device.present},
                            {"milliseconds", device.after.count()},
                            {"reason", device.present ? base::Json() : base::Json(device.lack)}};
}

bool is_node(const std::filesystem::path& file) {
  struct ::stat status;
  return ::stat(file.c_str(), &status) == 0 && (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode));
}

// Says what a device still lacks to be used; empty: nothing.
std::string lack_of(const kernel::AoeDriver& driver, const kernel::DeviceName& name) {
  const kernel::AoeDevice device = driver.device(name.address);
  if (!device.state) return "no target answered";
  if (!device.is_up()) return fmt::format("it is {}", *device.state);
  if (device.sectors.value_or(0) == 0) return "its size is not known yet";
  if (name.partition != 0 &&
      !std::filesystem::is_directory(driver.folder_of(device.name) /
                                     (std::string(kernel::kAoePrefix) + name.text()))) {
    return fmt::format("the disk is there but has no partition {}", name.partition);
  }
  const auto node = driver.paths().etherd / name.text();
  if (!is_node(node)) return fmt::format("the driver has it, but there is no {}", node.native());
  return "";
}

class Waiting {
 public:
  Waiting(const Invocation& invocation, const kernel::AoeDriver& driver, bool discover, bool quiet)
      : invocation_(invocation), driver_(driver), discover_(discover), quiet_(quiet) {}

  // Fills `awaited` until all are there or the time is over; true: all are.
  base::Result<bool> until(std::vector<Awaited>& awaited, Clock::time_point start, milliseconds timeout) {
    auto events = kernel::Uevents::open();
    if (!events) return std::unexpected(events.error());
    const auto deadline = start + timeout;
    auto ask_at = start;
    for (;;) {
      const bool all = look(awaited, start);
      const auto now = Clock::now();
      if (all || now >= deadline) {
        line_.clear();
        return all;
      }
      if (discover_ && now >= ask_at) {
        ask();
        ask_at = now + kAskAgain;
      }
      show(awaited, now - start, timeout);
      events->wait(std::min(deadline, now + kLookAnyway));
    }
  }

 private:
  bool look(std::vector<Awaited>& awaited, Clock::time_point start) {
    for (Awaited& device : awaited) {
      if (device.present) continue;
      device.lack = lack_of(driver_, device.name);
      device.present = device.lack.empty();
      device.after = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
      if (device.present && !quiet_) {
        line_.clear();
        fmt::print("{} is there after {}\n", device.name.text(), base::duration_text(device.after));
        std::fflush(stdout);
      }
    }
    return std::ranges::all_of(awaited, &Awaited::present);
  }

  // Tells somebody who watches what is still missing. A wait of less than a second is none.
  void show(const std::vector<Awaited>& awaited, Clock::duration passed, milliseconds timeout) {
    if (quiet_ || passed < std::chrono::seconds(1)) return;
    const auto missing = std::ranges::find(awaited, false, &Awaited::present);
    const auto others = std::ranges::count(awaited, false, &Awaited::present) - 1;
    line_.show(fmt::format("{} of {}: {}: {}{} ",
                           base::duration_text(std::chrono::duration_cast<std::chrono::seconds>(passed)),
                           base::duration_text(timeout), missing->name.text(), missing->lack,
                           others > 0 ? fmt::format("; {} more", others) : ""));
  }

  void ask() {
    if (const auto asked = driver_.steer("discover", "\n"); !asked) {
      line_.clear();
      complain(invocation_, "cannot trigger discovery, so only waiting: {}", asked.error().message);
      discover_ = false;
    }
  }

  const Invocation& invocation_;
  const kernel::AoeDriver& driver_;
  bool discover_;
  bool quiet_;
  ProgressLine line_;
};

}  // namespace

int wait(const Invocation& invocation) {
  milliseconds timeout{30'000};
  bool json = false, quiet = false, passive = false;
  std::vector<std::string> words;
  Options options(invocation, "Waits until devices are up, and triggers discovery while it waits.",
                  {{"aoe wait e1.0", "wait for the disk e1.0, at most 30 s"},
                   {"aoe wait -t 2m e1.0p1 e1.1", "wait for both, at most two minutes"}});
  options.duration("-t,--timeout", timeout, "give up after this time")
      .flag("-q,--quiet", quiet, "print errors only")
      .flag("--passive", passive, "trigger no discovery")
      .flag("--json", json, "print JSON at the end")
      .words("DEVICE", words, "a device or a partition, as in e1.0 or e1.0p1", 1);
  if (const auto status = options.parse()) return *status;

  std::vector<Awaited> awaited;
  for (const auto& word : words) {
    const auto name = kernel::DeviceName::parse(word);
    if (!name) {
      complain(invocation, "{}", name.error().message);
      return kUsage;
    }
    awaited.push_back({*name, false, milliseconds{0}, ""});
  }
  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!driver.loaded()) return complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");

  Waiting waiting(invocation, driver, !passive, quiet || json);
  const auto all = waiting.until(awaited, Clock::now(), timeout);
  if (!all) return complain(invocation, "{}", all.error().message);
  if (json) fmt::print("{}\n", base::Json::list_of(awaited, awaited_json).indented_text());
  for (const Awaited& device : awaited) {
    if (device.present) continue;
    complain(invocation, "{} is not there after {}: {}", device.name.text(), base::duration_text(timeout),
             device.lack);
  }
  return *all ? kDone : kFailed;
}

}  // namespace aoetools
