// ShutdownSign: tells a shutdown from an ordinary change of OpenRC's runlevel.
#pragma once

#include <filesystem>

namespace aoe_mount {

// OpenRC makes this file in each change of runlevel.
inline constexpr const char* kOpenrcMark = "rc.stopping";

// True while an openrc runs for the runlevel shutdown, reboot or single: the file does not say which, and the
// new level is written down only after the services have stopped.
bool openrc_goes_down(const std::filesystem::path& proc);

}  // namespace aoe_mount
