// PathWatch: waits for a file to appear, by event.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace aoe_mount {

// Returns when the path is there, or has gone; sleeps until then. Its directory has to be there all the time.
base::Result<> wait_for_path(const std::filesystem::path& path, bool there = true);

}  // namespace aoe_mount
