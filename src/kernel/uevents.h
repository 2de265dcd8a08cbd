// Uevents: the kernel's announcements that devices come, go and change, straight from netlink, so that
// waiting needs no udev: it also works in an initramfs, and where devtmpfs makes the nodes. Needs no right.
#pragma once

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

#include <chrono>

namespace kernel {

class Uevents {
 public:
  static base::Result<Uevents> open();

  // Readable when something was announced, about whichever device.
  int fd() const { return socket_.get(); }
  // Takes all announcements that wait; true: one was about a device of the aoe driver. Announcements lost
  // because too many came at once count as one.
  bool drain();
  // Waits until the kernel announces something about a device of the aoe driver, or until the deadline.
  bool wait(std::chrono::steady_clock::time_point deadline);

 private:
  explicit Uevents(base::Fd socket) : socket_(std::move(socket)) {}

  base::Fd socket_;
};

// True when the message, "add@/devices/virtual/block/etherd!e1.0" and its NUL-separated variables, is about
// one of the driver's devices.
bool announces_aoe_device(base::Bytes message);

}  // namespace kernel
