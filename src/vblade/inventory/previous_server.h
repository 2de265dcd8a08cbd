// What a former server on this machine may still have.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "disk/volume.h"

#include <chrono>
#include <memory>

namespace vblade {

// A server that was killed just now is gone after this time at most.
inline constexpr std::chrono::milliseconds kKilledServer{500};

// Opens a volume; at a start, also one that is not quite free yet: a server that was killed is gone in a
// moment, at most half a second after `begin`, and a disk that one did not wait for (abandon_disks.h) may
// need until `closer_wait` after it. With 0, as in a reload, nothing is waited for. Errors name the path, and
// what to do.
base::Result<std::unique_ptr<disk::Volume>> open_after_previous_server(const disk::VolumeOptions& how,
                                                                       disk::VolumeOpener& volumes,
                                                                       base::Clock& clock,
                                                                       base::Clock::Time begin,
                                                                       std::chrono::milliseconds closer_wait);

}  // namespace vblade
