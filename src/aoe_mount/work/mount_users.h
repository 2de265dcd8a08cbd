// MountUsers: the ends of a mount that is in use while the machine goes down.
#pragma once

#include "aoe_mount/work/work.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace aoe_mount {

// The processes to end: those that use the mount in its own mount namespace. `self` and its ancestors, which
// shut the machine down, are spared.
std::vector<std::uint64_t> processes_to_end(const std::filesystem::path& proc, const EndUsers& order,
                                            std::uint64_t self);
void end_users(const EndUsers& order);

// The network goes next: what is written later would be lost.
base::Result<> write_out(const Secure& order);
// True if nothing writes to the file system any more.
bool make_read_only(const Secure& order);

}  // namespace aoe_mount
