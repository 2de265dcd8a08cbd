// Hook: a shell command of the administrator's, before or after up and down.
#pragma once

#include "aoe_mount/machine/tasks.h"
#include "aoe_mount/run/progress.h"

#include <string>
#include <string_view>

namespace aoe_mount {

// Runs it to its end, a minute at most; it also gets what the machine reports meanwhile out of the way, so it
// belongs where no other work is under way. True: it succeeded, or there is none.
bool run_hook(std::string_view name, const std::string& command, Tasks& tasks, Progress& progress);

}  // namespace aoe_mount
