// aoe-mount attach: brings up AoE disks for an initramfs.
#include "aoe_mount/command_line/commands.h"
#include "aoe_mount/command_line/session.h"
#include "aoe_mount/commands/disk_attacher.h"
#include "aoe_mount/machine/real_world.h"

#include <chrono>

namespace aoe_mount::command {

int attach(const cli::Invocation& invocation) {
  DiskRequest request;
  std::vector<std::string> disks;
  std::chrono::milliseconds wait = std::chrono::minutes(3);
  cli::Options options(invocation, "Brings up AoE disks for an initramfs; mounts nothing.",
                       {{"aoe-mount attach e1.0", "the disk, over every interface"},
                        {"aoe-mount attach -i eth1 --wait 5m e1.0p2", "that partition, over eth1"}});
  options.values("-i,--interface", request.interfaces, "NAME|MAC", "raise and search only these")
      .duration("-w,--wait", wait, "wait this long for the disks")
      .words("DISK", disks, "e1.0, or e1.0p1 for a partition", 1);
  if (const auto status = options.parse()) return *status;
  for (const std::string& word : disks) {
    const auto disk = config::parse_aoe_device(word);
    if (!disk) return refuse(disk.error().message, cli::kUsage);
    request.disks.push_back(*disk);
  }
  request.wait = wait;
  const kernel::SystemPaths places = kernel::SystemPaths::from_environment();
  return with_lock("attach", places, "attach", "", [&](Progress& progress) {
    RealWorld real(places);
    return attach_disks(request, real.parts(), progress) ? cli::kDone : cli::kFailed;
  });
}

}  // namespace aoe_mount::command
