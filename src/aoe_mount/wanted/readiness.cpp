#include "aoe_mount/wanted/readiness.h"

#include "base/units.h"

#include <algorithm>

#include <fmt/format.h>

namespace aoe_mount {

namespace {

using State = Readiness::State;

using Devices = std::vector<const kernel::BlockDevice*>;

Devices just(const kernel::BlockDevice* device) {
  return device != nullptr ? Devices{device} : Devices{};
}

Readiness waiting(std::string why, const kernel::BlockDevice* seen = nullptr) {
  return {State::waiting, std::move(why), {}, just(seen), {}, false};
}
Readiness there_already(std::string what, Devices devices) {
  return {State::there_already, std::move(what), {}, std::move(devices), {}, false};
}
Readiness ready(std::string what, const kernel::BlockDevice* device, Work work, bool again = false) {
  return {State::ready, std::move(what), {}, just(device), std::move(work), again};
}

std::string with_size(const kernel::BlockDevice& device) {
  return fmt::format("{} is there ({})", device.title(), base::size_text(device.bytes));
}

Find find_device(const config::Wanted& wanted, const View& view) {
  const Find find = view.finder.find(wanted.source, view.snapshot);
  if (!wanted.only_if_on_aoe || find.seen == nullptr) return find;
  const bool on_aoe = !view.snapshot.targets_beneath(find.seen->name).empty();
  if (on_aoe) return find;
  return {nullptr, nullptr, find.seen->path() + " is not on AoE"};
}

Readiness busy(const std::string& target, const kernel::MountEntry& entry,
               const kernel::BlockDevice* device = nullptr) {
  return {State::impossible,
          fmt::format("mount point {} is busy: {} ({}) is mounted there", target, entry.source, entry.type),
          {},
          just(device),
          {},
          false};
}

// A device that is not to be had may come until the time is over; several that fit are then an error.
Readiness without_device(const Find& find, const View& view) {
  Readiness found = waiting(find.why_not, find.seen);
  found.hint = find.hint;
  if (view.time_is_over && find.candidates.size() > 1) found.state = State::impossible;
  return found;
}

// Says what uses a device so that it cannot be mounted; empty: nothing does. Such a use may end, or be a
// volume's that is just being put together.
std::string other_use(const kernel::Uses& uses) {
  if (!uses.holders.empty()) return fmt::format("by {}", uses.holders.front()->path());
  return uses.swaps.empty() ? "" : "as swap";
}

Readiness bind_readiness(const config::Mount& mount, const std::string& directory, const View& view) {
  const std::string target = mount.mountpoint.string();
  if (const kernel::MountEntry* entry = view.snapshot.mount_at(view.inspector.resolve(target))) {
    if (shows(*entry, view.inspector.resolve(directory), view.snapshot)) return there_already(directory, {});
    return busy(target, *entry);
  }
  return ready(directory + " is there", nullptr, Attach{directory, target, "", mount.options, false, true});
}

bool any_on_aoe(const kernel::Snapshot& snapshot) {
  const auto names = snapshot.on_aoe();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const kernel::BlockDevice& device = *snapshot.device(name);
    return device.bytes > 0 && (!device.address || device.is_up());
  });
}

}  // namespace

bool shows(const kernel::MountEntry& entry, std::string_view directory, const kernel::Snapshot& snapshot) {
  const kernel::MountEntry* shown = snapshot.mount_of(directory);
  return shown != nullptr && shown->number == entry.number;
}

Readiness readiness(const config::Mount& mount, const View& view) {
  if (const auto* bind = std::get_if<config::BindOf>(&mount.source))
    return bind_readiness(mount, bind->directory, view);
  const Find find = find_device(mount, view);
  const std::string target = mount.mountpoint.string();
  const kernel::MountEntry* entry = view.snapshot.mount_at(view.inspector.resolve(target));
  const kernel::BlockDevice* mounted = entry != nullptr ? view.snapshot.device_of(*entry) : nullptr;
  if (mounted != nullptr && (mounted == find.device || std::ranges::count(find.candidates, mounted) > 0))
    return there_already(mounted->title(), {mounted});
  if (find.device == nullptr) return without_device(find, view);
  if (entry != nullptr) return busy(target, *entry, find.device);
  const kernel::Uses uses = view.snapshot.uses_of(*find.device);
  if (const std::string use = other_use(uses); !use.empty()) {
    Readiness found = waiting(fmt::format("{} is in use {}", find.device->title(), use), find.device);
    if (view.time_is_over) found.state = State::impossible;
    return found;
  }
  // A mounted file system can be mounted once more, but its disk must not be checked.
  const bool is_free = uses.mounts.empty();
  return ready(
      is_free ? with_size(*find.device)
              : fmt::format("{} is mounted on {} as well", find.device->title(), uses.mounts.front()->target),
      find.device,
      Attach{find.device->path(), target, mount.type, mount.options, mount.fsck && is_free, false});
}

Readiness readiness(const config::Swap& swap, const View& view) {
  const Find find = find_device(swap, view);
  if (find.device == nullptr) return without_device(find, view);
  const auto& swaps = view.snapshot.swaps;
  const bool in_use = std::any_of(swaps.begin(), swaps.end(), [&](const kernel::SwapEntry& entry) {
    return find.device->is_at(entry.path);
  });
  if (in_use) return there_already(find.device->title(), {find.device});
  return ready(with_size(*find.device), find.device,
               SwapOn{find.device->path(), swap.priority ? static_cast<int>(*swap.priority) : -1});
}

Readiness readiness(const config::Encrypted& encrypted, const View& view) {
  const auto& devices = view.snapshot.devices;
  const auto open = std::find_if(devices.begin(), devices.end(), [&](const kernel::BlockDevice& device) {
    return device.mapped_name == encrypted.name;
  });
  if (open != devices.end()) return there_already("/dev/mapper/" + encrypted.name, {&*open});
  const Find find = find_device(encrypted, view);
  if (find.device == nullptr) return without_device(find, view);
  return ready(with_size(*find.device), find.device,
               Run{{"cryptsetup", "open", "--batch-mode", "--key-file", encrypted.key_file,
                    find.device->path(), encrypted.name},
                   "open"});
}

// An array whose members are not known by address is tried with each new device, and must not start until all
// its members are there: it would go on with one leg of a mirror, and at the next boot with the other.
Readiness readiness(const config::Array& array, const View& view) {
  // An array that waits for members, put together by somebody else, has no size yet.
  const kernel::BlockDevice* there = view.finder.at_path(array.path, view.snapshot);
  if (there != nullptr && there->bytes > 0) {
    Readiness found = there_already(array.path, {there});
    found.missing_members = there->missing_members;
    return found;
  }
  Assemble order{array.path};
  std::string missing;
  for (const config::AoeDevice& member : array.members) {
    const Find find = view.finder.find(member, view.snapshot);
    if (find.device != nullptr) {
      order.members.push_back(find.device->path());
    } else if (missing.empty()) {
      missing = find.why_not;
    }
  }
  const bool some = array.members.empty() ? any_on_aoe(view.snapshot) : !order.members.empty();
  if (!some) return waiting(array.members.empty() ? "none of its devices appeared" : missing);
  order.degraded = view.time_is_over && array.degraded;
  if (!missing.empty() && !order.degraded) return waiting(missing);
  Readiness found = ready(!missing.empty()        ? missing + ", starting without it"
                          : array.members.empty() ? "devices are there"
                                                  : "all its members are there",
                          nullptr, std::move(order), true);
  found.last_resort = view.time_is_over && array.degraded;
  return found;
}

// The volumes that are there say nothing of those that are not: only LVM knows if the group is whole.
Readiness readiness(const config::VolumeGroup& group, const View& view) {
  Devices volumes;
  for (const kernel::BlockDevice& device : view.snapshot.devices) {
    if (is_in_group(device, group.name)) volumes.push_back(&device);
  }
  if (!any_on_aoe(view.snapshot)) return waiting("none of its devices appeared");
  Readiness found = ready("devices are there", nullptr, ActivateGroup{group.name}, true);
  found.devices = std::move(volumes);
  return found;
}

// device-mapper doubles the hyphens of a volume group's own name.
std::string mapped_prefix(std::string_view group) {
  std::string prefix;
  for (const char c : group) prefix += c == '-' ? "--" : std::string(1, c);
  return prefix + '-';
}

bool is_in_group(const kernel::BlockDevice& device, std::string_view group) {
  const std::string prefix = mapped_prefix(group);
  const std::string& name = device.mapped_name;
  return name.starts_with(prefix) && name.size() > prefix.size() && name[prefix.size()] != '-';
}

}  // namespace aoe_mount
