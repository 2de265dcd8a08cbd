// aoe stat (aoe-stat): the driver's devices, in the classic columns.
#include "aoetools/command_line/invocation.h"
#include "aoetools/driver_commands/driver_json.h"
#include "base/printable.h"
#include "kernel/aoe_driver.h"

#include <algorithm>

#include <regex.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace aoetools {

namespace {

constexpr std::string_view kAbsent = "(NA)";

std::string or_absent(const std::optional<std::string>& text) {
  return text.value_or(std::string(kAbsent));
}

// Decimal gigabytes with three digits behind the point, cut, as the classic tool counts them.
std::string size_column(const std::optional<std::uint64_t>& sectors) {
  if (!sectors) return std::string(kAbsent);
  const std::uint64_t megabytes = *sectors / 125000 * 64 + *sectors % 125000 * 64 / 125000;
  return fmt::format("{}.{:03}GB", megabytes / 1000, megabytes % 1000);
}

std::string line_of(const kernel::AoeDevice& device, bool payload_known) {
  const std::string size = size_column(device.sectors);
  const std::string netif = or_absent(device.interfaces);
  const std::string state = or_absent(device.state);
  const std::string start = payload_known ? fmt::format("{:>10} {:>15} {:>10}", device.name, size, netif)
                                          : fmt::format("{:>10} {:>15} {:>6}", device.name, size, netif);
  if (!payload_known) return fmt::format("{} {:<14}", start, state);
  return fmt::format("{} {:<5} {:<14}", start, or_absent(device.payload), state);
}

void warn_of_wrong_minor(const Invocation& invocation, const kernel::AoeDriver& driver,
                         const kernel::AoeDevice& device) {
  const auto node = driver.paths().etherd / device.name;
  struct ::stat status;
  if (!device.dev || ::stat(node.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) return;
  const std::string shown = device.dev->substr(device.dev->find(':') + 1);
  if (shown == std::to_string(minor(status.st_rdev))) return;
  fmt::print(stderr, "{} Warning: device node {} has wrong minor device number\n", invocation.name,
             node.native());
}

// A basic regular expression, as grep takes it.
class Pattern {
 public:
  explicit Pattern(const std::string& text) : failed_(::regcomp(&regex_, text.c_str(), REG_NOSUB) != 0) {}
  ~Pattern() {
    if (!failed_) ::regfree(&regex_);
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  bool failed() const { return failed_; }
  bool matches(const std::string& line) const { return ::regexec(&regex_, line.c_str(), 0, nullptr, 0) == 0; }

 private:
  regex_t regex_{};
  bool failed_;
};

}  // namespace

int stat(const Invocation& invocation) {
  bool json = false;
  std::vector<std::string> words;
  Options options(invocation, "Lists the devices of the aoe driver.",
                  {{"aoe stat", "list every device"},
                   {"aoe stat e1", "list the devices whose line matches this regular expression"},
                   {"aoe stat --json", "the same for scripts"}});
  options.flag("--json", json, "print JSON")
      .words("PATTERN", words, "a basic regular expression (grep's) that a line must match");
  if (const auto status = options.parse(kFailed)) return *status;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  if (!driver.has_sysfs()) {
    fmt::print(stderr, "{} Error: sysfs is not mounted\n", invocation.name);
    return kFailed;
  }
  const Pattern pattern(words.empty() ? "." : words.front());
  if (pattern.failed()) return complain(invocation, "'{}' is not a regular expression", words.front());

  auto devices = driver.devices();
  // Drivers of old show no payload: the classic tool then leaves the column out everywhere.
  const bool payload_known =
      std::ranges::any_of(devices, [](const kernel::AoeDevice& d) { return d.payload.has_value(); });
  std::vector<std::string> lines;
  std::erase_if(devices, [&](const kernel::AoeDevice& device) {
    warn_of_wrong_minor(invocation, driver, device);
    const std::string line = line_of(device, payload_known);
    const bool matches = pattern.matches(line);
    if (matches) lines.push_back(line);
    return !matches;
  });
  if (json) {
    fmt::print("{}\n", to_json(devices).indented_text());
  } else {
    std::ranges::sort(lines);  // right-aligned names: shelves and slots come in order
    for (const auto& line : lines) fmt::print("{}\n", base::legible(line));
  }
  if (!driver.loaded()) complain(invocation, "the aoe driver is not loaded: run 'modprobe aoe'");
  return devices.empty() ? kFailed : kDone;  // as grep, whose status the classic tool gives
}

}  // namespace aoetools
