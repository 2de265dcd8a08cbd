// DiskTools: the steps that handle one device. The real ones are libblkid, fsck.TYPE and libmount.
#pragma once

#include "aoe_mount/work/work.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace aoe_mount {

struct FsckRun {
  bool found = false;  // there is an fsck.TYPE
  int status = 0;      // fsck(8)'s exit bits; negative: ended by that signal
  std::string last_line;
};

class DiskTools {
 public:
  virtual ~DiskTools() = default;

  virtual base::Result<Signature> probe(const std::string& device) = 0;
  virtual FsckRun fsck(const std::string& type, const std::string& device) = 0;
  // Fails with EBUSY if the device is mounted in any mount namespace, is swap, or is part of another device.
  virtual base::Result<> check_unused(const std::string& device) = 0;
  // An error's code is ENOENT or ENOTDIR when it is the mount point's fault.
  virtual base::Result<> check_mount_point(const std::string& target) = 0;
  virtual base::Result<> mount(const Attach& order, const std::string& type) = 0;
  // Lets the driver find out how quickly the target of this disk answers. It has no idea at first, and would
  // ask again for a lost frame, or notice that the target is dead, only after 16 seconds. To be done when the
  // disk stays open: after its last close the driver forgets.
  virtual void prime_round_trip_time(const std::string& disk) = 0;
};

// Probe, fsck, mount, as far as it goes.
Outcome attach(const Attach& order, DiskTools& tools);

}  // namespace aoe_mount
