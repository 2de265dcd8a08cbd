#include "aoe_mount/work/layer_tools.h"

#include "aoe_mount/work/command.h"
#include "base/number.h"
#include "base/trim.h"
#include "kernel/attribute.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace fs = std::filesystem;

namespace {

// What is around a program's words.
constexpr std::string_view kBlanks = " \t\r\n";

// An array that mdadm did not start keeps its members, and no later attempt could use them. One that is
// active is somebody's.
void stop_if_inactive(const std::string& path) {
  std::error_code gone;
  const fs::path node = fs::canonical(path, gone);
  if (gone) return;
  const fs::path state = fs::path("/sys/class/block") / node.filename() / "md" / "array_state";
  if (kernel::attribute(state) == "inactive") run_command({"mdadm", "--stop", path});
}

// Counts the disks that a group lacks; 0 if LVM does not say.
std::uint64_t missing_disks(const std::string& group) {
  const CommandResult asked = run_command({"vgs", "--noheadings", "-o", "vg_missing_pv_count", group});
  if (!asked.found || asked.status != 0) return 0;
  return base::parse_number(base::trimmed(asked.last_line(), kBlanks)).value_or(0);
}

}  // namespace

base::Result<> run(const Run& order) {
  const CommandResult result = run_command(order.words);
  if (!result.found) return base::fail("there is no {}: install it", order.words.front());
  if (result.status != 0)
    return base::fail("'{}' failed: {}", fmt::join(order.words, " "), result.last_line());
  return {};
}

base::Result<> assemble(const Assemble& order) {
  const auto done = run(Run{order.words(), ""});
  if (!done) stop_if_inactive(order.path);
  return done;
}

// LVM's own choice would be "degraded", which starts mirrors without a leg.
base::Result<> activate(const ActivateGroup& order) {
  if (const std::uint64_t missing = missing_disks(order.name); missing > 0)
    return base::fail("volume group {} lacks {} of its disks", order.name, missing);
  return run(Run{{"vgchange", "--activate", "y", "--activationmode", "complete", order.name}, ""});
}

base::Result<> inspect(const InspectGroup& order) {
  const CommandResult asked = run_command(
      {"lvs", "--noheadings", "--separator", "|", "-o", "lv_name,lv_active,lv_skip_activation", order.name});
  if (!asked.found || asked.status != 0) return {};  // what LVM does not say is no fault
  const auto inactive = inactive_volumes(asked.output);
  if (inactive.empty()) return {};
  return base::fail("not active: {}", fmt::join(inactive, ", "));
}

std::vector<std::string> inactive_volumes(std::string_view lvs_output) {
  std::vector<std::string> names;
  while (!lvs_output.empty()) {
    const std::size_t end = std::min(lvs_output.find('\n'), lvs_output.size());
    const std::string_view line = base::trimmed(lvs_output.substr(0, end), kBlanks);
    lvs_output.remove_prefix(std::min(end + 1, lvs_output.size()));
    const std::size_t first = line.find('|');
    const std::size_t second = line.find('|', first == line.npos ? first : first + 1);
    if (second == line.npos) continue;  // a warning
    const bool is_active = line.substr(first + 1, second - first - 1) == "active";
    const bool is_skipped = second + 1 < line.size();
    if (!is_active && !is_skipped) names.emplace_back(line.substr(0, first));
  }
  return names;
}

}  // namespace aoe_mount
