// The end of a server whose disks do not answer.
#pragma once

#include <vector>

namespace vblade {

// Ends this process with this status, as vblade-closer and without anything but these descriptors: as long as
// the disks do not answer it stays, in the kernel, and nobody waits for it (front_process.h).
[[noreturn]] void exit_leaving_disks(std::vector<int> hanging, int status);

// Whether such processes are left.
bool closers_remain();

}  // namespace vblade
