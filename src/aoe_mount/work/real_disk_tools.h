// The DiskTools of a real machine, and the other work that touches disks. Runs in children
// (aoe_mount/work/task.h).
#pragma once

#include "aoe_mount/work/disk_tools.h"

namespace aoe_mount {

class RealDiskTools : public DiskTools {
 public:
  base::Result<Signature> probe(const std::string& device) override;
  FsckRun fsck(const std::string& type, const std::string& device) override;
  base::Result<> check_unused(const std::string& device) override;
  base::Result<> check_mount_point(const std::string& target) override;
  base::Result<> mount(const Attach& order, const std::string& type) override;
  void prime_round_trip_time(const std::string& disk) override;
};

// Does any kind of work, with the real tools.
Outcome perform(const Work& work);

}  // namespace aoe_mount
