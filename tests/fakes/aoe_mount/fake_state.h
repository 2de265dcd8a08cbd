// FakeState: what the parts of a FakeMachine share: the disks and mounts that a test arranges, the time, and
// the record of all that was asked.
#pragma once

#include "aoe_mount/machine/world.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tests {

using std::chrono::milliseconds;

class FakeState {
 public:
  FakeState() = default;
  FakeState(const FakeState&) = delete;  // events point to it
  FakeState& operator=(const FakeState&) = delete;

  kernel::Snapshot world;
  aoe_mount::Changes changed;
  std::vector<std::string> asked;
  milliseconds time{0};
  // Has the event happen so long after the start.
  void at(milliseconds when, std::function<void()> event) { events_.emplace(when, std::move(event)); }

  // Adds a device that is up; "e1.0p2" a partition of e1.0.
  kernel::BlockDevice& add_aoe(const std::string& title, std::uint64_t bytes = 1 << 30) {
    kernel::BlockDevice device;
    device.name = "etherd!" + title;
    device.number = fmt::format("152:{}", world.devices.size());
    device.bytes = bytes;
    device.state = "up";
    const std::size_t p = title.find('p');
    device.address = *aoe::Address::parse(title.substr(0, p));
    if (p != std::string::npos) {
      device.partition = static_cast<unsigned>(std::stoul(title.substr(p + 1)));
      device.below = {"etherd!" + title.substr(0, p)};
    }
    world.devices.push_back(device);
    return world.devices.back();
  }
  kernel::BlockDevice& add_layer(const std::string& name, std::vector<std::string> below) {
    kernel::BlockDevice device;
    device.name = name;
    device.number = fmt::format("253:{}", world.devices.size());
    device.bytes = 1 << 30;
    device.below = std::move(below);
    world.devices.push_back(device);
    return world.devices.back();
  }
  void add_mount(const std::string& device_path, const std::string& target,
                 const std::string& type = "ext4") {
    const auto device = std::find_if(world.devices.begin(), world.devices.end(), [&](const auto& d) {
      return d.path() == device_path || d.kernel_path() == device_path;
    });
    const auto* outer = world.mount_of(target);
    world.mounts.push_back({static_cast<int>(world.mounts.size()) + 100, outer != nullptr ? outer->id : 1,
                            device != world.devices.end() ? device->number : "0:99", device_path, target,
                            type});
  }
  void add_swap(const std::string& path, std::uint64_t bytes = 1 << 20, std::uint64_t used = 0) {
    world.swaps.push_back({path, bytes, used});
  }

 protected:
  std::multimap<milliseconds, std::function<void()>> events_;
  std::chrono::seconds deadsecs_{180};
  std::function<void()> when_deadsecs_are_lowered_;
};

}  // namespace tests
