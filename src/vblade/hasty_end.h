// The end of a server whose disks do not answer.
#pragma once

#include <vector>

namespace vblade {

// Ends this process with 0 now. Whoever closes a device last waits until its disk answers, for ever if it
// must be: that is left to a child, which holds `hanging`, these descriptors, and nothing else of this
// process.
[[noreturn]] void end_without_waiting(std::vector<int> hanging);

}  // namespace vblade
