// ProgressLog: keeps what a run reports, one line a step, each with the sign of its level.
#pragma once

#include "aoe_mount/run/progress.h"

#include <string>

namespace tests {

class ProgressLog {
 public:
  aoe_mount::Progress progress{[this](aoe_mount::Progress::Level level, std::string_view line) {
    using Level = aoe_mount::Progress::Level;
    text += level == Level::ok ? "+ " : level == Level::error ? "! " : level == Level::warning ? "? " : "  ";
    text += line;
    text += '\n';
  }};
  std::string text;
};

}  // namespace tests
