#include "vblade/inventory/previous_server.h"

#include "base/log.h"
#include "vblade/process/abandon_disks.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vblade {

namespace {

constexpr std::chrono::milliseconds kPause{20};

}  // namespace

base::Result<std::unique_ptr<disk::Volume>> open_after_previous_server(
    const disk::VolumeOptions& how, disk::VolumeOpener& volumes, base::Clock& clock, base::Clock::Time begin,
    std::chrono::milliseconds closer_wait) {
  auto volume = volumes.open(how);
  const auto busy = [&volume] { return !volume && volume.error().code == EBUSY; };
  bool left = false;
  for (bool told = false; busy();) {
    left = closers_remain();  // before the disk is tried: one that ends has let go of it before
    volume = volumes.open(how);
    const auto patience = left ? closer_wait : std::min(closer_wait, kKilledServer);
    if (!busy() || clock.now() >= begin + patience) break;
    if (left && !std::exchange(told, true)) {
      base::log::info("'{}': waiting for vblade-closer, which a previous vblade left until its disk answers",
                      how.path.string());
    }
    clock.sleep(kPause);
  }
  if (!busy() || !left) return volume;
  return base::fail(
      "'{}' is in use, probably by the vblade-closer of a previous vblade: some writes are not on the "
      "disk yet, because it does not answer; check the disk, then start again",
      how.path.string());
}

}  // namespace vblade
