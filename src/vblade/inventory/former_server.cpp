#include "vblade/inventory/former_server.h"

#include "base/log.h"
#include "vblade/process/hasty_end.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vblade {

namespace {

constexpr std::chrono::milliseconds kPause{20};

}  // namespace

base::Result<std::unique_ptr<disk::Volume>> open_after_former_server(const disk::VolumeOptions& how,
                                                                     disk::VolumeOpener& volumes,
                                                                     base::Clock& clock,
                                                                     base::Clock::Time begin,
                                                                     std::chrono::milliseconds closers) {
  auto volume = volumes.open(how);
  const auto busy = [&volume] { return !volume && volume.error().code == EBUSY; };
  bool left = false;
  for (bool told = false; busy();) {
    left = closers_remain();  // before the disk is tried: one that ends has let go of it before
    volume = volumes.open(how);
    const auto patience = left ? closers : std::min(closers, kKilledServer);
    if (!busy() || clock.now() >= begin + patience) break;
    if (left && !std::exchange(told, true)) {
      base::log::info(
          "'{}': waiting for vblade-closer, which a former vblade has left until its disk answers",
          how.path.string());
    }
    clock.sleep(kPause);
  }
  if (!busy() || !left) return volume;
  return base::fail(
      "'{}' is in use, it seems by vblade-closer, which a former vblade has left: what clients wrote to a "
      "disk that does not answer is not on it yet; see to the disk, and start again",
      how.path.string());
}

}  // namespace vblade
