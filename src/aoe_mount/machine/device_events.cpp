#include "aoe_mount/machine/device_events.h"

#include <cerrno>

namespace aoe_mount {

base::Result<DeviceEvents> DeviceEvents::open() {
  DeviceEvents events;
  events.context_.reset(udev_new());
  if (!events.context_) return base::fail_errno(errno, "cannot use libudev");
  events.monitor_.reset(udev_monitor_new_from_netlink(events.context_.get(), "kernel"));
  if (!events.monitor_) return base::fail_errno(errno, "cannot listen to the kernel's device events");
  udev_monitor_filter_add_match_subsystem_devtype(events.monitor_.get(), "block", nullptr);
  if (const int rc = udev_monitor_enable_receiving(events.monitor_.get()); rc < 0) {
    return base::fail_errno(-rc, "cannot listen to the kernel's device events");
  }
  return events;
}

int DeviceEvents::fd() const {
  return udev_monitor_get_fd(monitor_.get());
}

void DeviceEvents::drain() {
  while (std::unique_ptr<udev_device, Unref>(udev_monitor_receive_device(monitor_.get())) != nullptr) {
  }
}

}  // namespace aoe_mount
