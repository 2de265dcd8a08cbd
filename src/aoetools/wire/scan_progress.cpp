#include "aoetools/wire/scan_progress.h"

#include "aoetools/command_line/terminal.h"
#include "base/units.h"

#include <fmt/format.h>

namespace aoetools {

// A second is no long time, and a line that comes and goes within one only flickers.
std::vector<TargetFound> scan_with_progress(Wire& wire, std::span<const aoe::Address> wanted,
                                            std::chrono::milliseconds timeout) {
  ProgressLine line;
  if (!line.live()) return Scanner(wire).scan(wanted, timeout);
  return Scanner(wire,
                 [&](std::size_t targets, std::chrono::milliseconds since_start) {
                   if (since_start < std::chrono::seconds(1)) return;
                   line.show(fmt::format("{} of {}: {} target{} ", base::duration_text(since_start),
                                         base::duration_text(timeout), targets, targets == 1 ? "" : "s"));
                 })
      .scan(wanted, timeout);
}

}  // namespace aoetools
