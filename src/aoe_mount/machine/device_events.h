// DeviceEvents: the kernel's own announcements of block devices. They come without udevd, so this also works
// in an initramfs and where devtmpfs makes the nodes.
#pragma once

#include "base/result.h"

#include <memory>

#include <libudev.h>

namespace aoe_mount {

class DeviceEvents {
 public:
  static base::Result<DeviceEvents> open();

  // Readable when a device came, went or changed.
  int fd() const;
  // Takes all events that wait.
  void drain();

 private:
  struct Unref {
    void operator()(udev* context) const { udev_unref(context); }
    void operator()(udev_monitor* monitor) const { udev_monitor_unref(monitor); }
    void operator()(udev_device* device) const { udev_device_unref(device); }
  };

  std::unique_ptr<udev, Unref> context_;
  std::unique_ptr<udev_monitor, Unref> monitor_;
};

}  // namespace aoe_mount
