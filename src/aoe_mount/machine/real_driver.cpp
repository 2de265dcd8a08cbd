#include "aoe_mount/machine/real_driver.h"

#include "aoe_mount/work/command.h"

#include <fmt/ranges.h>
#include <poll.h>

namespace aoe_mount {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNodeWait{5000};
// The driver copies the list into 1024 bytes, its NUL included.
constexpr std::size_t kMaxInterfaceList = 1023;

base::Result<> written(base::Result<> result, std::string_view text) {
  if (!result) return base::fail("cannot write '{}' to {}", text, result.error().message);
  return {};
}

}  // namespace

base::Result<> RealDriver::load() {
  auto noted = ledger_.change([](Changes& changes) -> base::Result<> {
    changes.driver = true;
    return {};
  });
  if (!noted) return noted;
  const CommandResult run = run_command({"modprobe", "aoe"});
  if (!run.found || run.status != 0) note_unloaded();  // it was not loaded, so there is nothing to undo
  if (!run.found)
    return base::fail("the kernel has no driver aoe loaded, and there is no modprobe to load it");
  if (run.status != 0) {
    return base::fail("the kernel has no driver aoe: {}; build it with CONFIG_ATA_OVER_ETH=m",
                      run.last_line());
  }
  // devtmpfs or udev makes the node right after.
  const auto end = std::chrono::steady_clock::now() + kNodeWait;
  while (!is_loaded() && std::chrono::steady_clock::now() < end) (void)::poll(nullptr, 0, 20);
  if (!is_loaded()) {
    return base::fail("the driver aoe is loaded, but {} did not appear: is devtmpfs or udev there?",
                      driver_.control_file("discover").string());
  }
  return {};
}

base::Result<> RealDriver::use_interfaces(const std::vector<std::string>& names) {
  const std::string list = fmt::format("{}", fmt::join(names, " "));
  if (list.size() > kMaxInterfaceList) {
    return base::fail("the interfaces' names take {} bytes: the driver takes {} at most", list.size(),
                      kMaxInterfaceList);
  }
  return change_parameter("aoe_iflist", list);
}

base::Result<> RealDriver::discover() {
  return written(driver_.steer("discover", "x"), "x");
}

base::Result<> RealDriver::set_parameter(const std::string& name, std::uint32_t value) {
  return change_parameter(name, std::to_string(value));
}

base::Result<> RealDriver::write_parameter(const std::string& name, std::string_view value) {
  return written(driver_.set_parameter(name, value), value);
}

// The old value is noted only if the driver was there before: one that we loaded takes its parameters along
// when it is unloaded.
base::Result<> RealDriver::change_parameter(const std::string& name, std::string_view value) {
  const std::string before = driver_.parameter(name).value_or("");
  if (before == value) return {};
  const auto note = [&](Changes& changes) -> base::Result<> {
    if (!changes.driver) changes.parameters.emplace(name, before);
    return {};
  };
  return ledger_.change(note, [&] { return write_parameter(name, value); });
}

base::Result<> RealDriver::restore_parameters() {
  return ledger_.change([&](Changes& changes) -> base::Result<> {
    for (const auto& [name, before] : changes.parameters) {
      if (!is_loaded()) break;
      if (auto restored = write_parameter(name, before); !restored) return restored;
    }
    changes.parameters.clear();
    return {};
  });
}

base::Result<> RealDriver::lower_deadsecs(std::chrono::seconds limit) {
  const auto note = [&](Changes& changes) -> base::Result<> {
    if (changes.deadsecs.empty()) changes.deadsecs = driver_.parameter("aoe_deadsecs").value_or("");
    return {};
  };
  return ledger_.change(note, [&] { return write_parameter("aoe_deadsecs", std::to_string(limit.count())); });
}

base::Result<> RealDriver::restore_deadsecs() {
  return ledger_.change([&](Changes& changes) -> base::Result<> {
    if (changes.deadsecs.empty()) return {};
    if (auto restored = write_parameter("aoe_deadsecs", changes.deadsecs); !restored && is_loaded())
      return restored;
    changes.deadsecs.clear();
    return {};
  });
}

void RealDriver::note_unloaded() {
  (void)ledger_.change([](Changes& changes) -> base::Result<> {
    changes.driver = false;
    changes.deadsecs.clear();  // the parameters went with the driver
    changes.parameters.clear();
    return {};
  });
}

}  // namespace aoe_mount
