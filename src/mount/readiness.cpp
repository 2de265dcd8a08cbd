#include "mount/readiness.h"

#include "base/units.h"

#include <algorithm>

#include <fmt/format.h>

namespace aoe_mount {

namespace {

using State = Readiness::State;

Readiness waiting(std::string why) {
  return {State::waiting, std::move(why), {}, false};
}
Readiness there_already(std::string what) {
  return {State::there_already, std::move(what), {}, false};
}
Readiness ready(std::string what, Work work, bool again = false) {
  return {State::ready, std::move(what), std::move(work), again};
}

std::string with_size(const BlockDevice& device) {
  return fmt::format("{} is there ({})", device.title(), base::size_text(device.bytes));
}

Readiness busy(const std::string& target, const MountEntry& entry) {
  return {State::impossible,
          fmt::format("mount point {} is busy: {} ({}) is mounted there", target, entry.source, entry.type),
          {},
          false};
}

Readiness bind_readiness(const config::Mount& mount, const std::string& directory, const View& view) {
  const std::string target = mount.mountpoint.string();
  if (const MountEntry* entry = view.snapshot.mount_at(target)) {
    if (shows(*entry, directory, view.snapshot)) return there_already(directory);
    return busy(target, *entry);
  }
  return ready(directory + " is there", Attach{directory, target, "", mount.options, false, true});
}

bool any_on_aoe(const Snapshot& snapshot) {
  const auto names = snapshot.on_aoe();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const BlockDevice& device = *snapshot.device(name);
    return device.bytes > 0 && (!device.address || device.is_up());
  });
}

}  // namespace

bool shows(const MountEntry& entry, std::string_view directory, const Snapshot& snapshot) {
  const MountEntry* shown = snapshot.mount_of(directory);
  return shown != nullptr && shown->number == entry.number;
}

Readiness readiness(const config::Mount& mount, const View& view) {
  if (const auto* bind = std::get_if<config::BindOf>(&mount.source))
    return bind_readiness(mount, bind->directory, view);
  const Find find = view.finder.find(mount.source, view.snapshot);
  if (find.device == nullptr) return waiting(find.why_not);
  const std::string target = mount.mountpoint.string();
  if (const MountEntry* entry = view.snapshot.mount_at(target)) {
    const BlockDevice* mounted = view.snapshot.device_of(*entry);
    if (mounted != nullptr && mounted->name == find.device->name) return there_already(find.device->title());
    return busy(target, *entry);
  }
  return ready(with_size(*find.device),
               Attach{find.device->path(), target, mount.type, mount.options, mount.fsck, false});
}

Readiness readiness(const config::Swap& swap, const View& view) {
  const Find find = view.finder.find(swap.source, view.snapshot);
  if (find.device == nullptr) return waiting(find.why_not);
  const auto& swaps = view.snapshot.swaps;
  const bool in_use = std::any_of(swaps.begin(), swaps.end(), [&](const std::string& name) {
    return name == find.device->kernel_path() || name == find.device->path();
  });
  if (in_use) return there_already(find.device->title());
  return ready(with_size(*find.device),
               SwapOn{find.device->path(), swap.priority ? static_cast<int>(*swap.priority) : -1});
}

Readiness readiness(const config::Encrypted& encrypted, const View& view) {
  const auto& devices = view.snapshot.devices;
  const bool open = std::any_of(devices.begin(), devices.end(), [&](const BlockDevice& device) {
    return device.mapped_name == encrypted.name;
  });
  if (open) return there_already("/dev/mapper/" + encrypted.name);
  const Find find = view.finder.find(encrypted.source, view.snapshot);
  if (find.device == nullptr) return waiting(find.why_not);
  return ready(with_size(*find.device), Run{{"cryptsetup", "open", "--batch-mode", "--key-file",
                                             encrypted.key_file, find.device->path(), encrypted.name},
                                            "open"});
}

Readiness readiness(const config::Array& array, const View& view) {
  if (view.finder.at_path(array.path, view.snapshot) != nullptr) return there_already(array.path);
  if (array.members.empty()) {
    if (!any_on_aoe(view.snapshot)) return waiting("none of its devices appeared");
    return ready("devices are there", Run{{"mdadm", "--assemble", array.path}, "assembled"}, true);
  }
  Run assemble{{"mdadm", "--assemble", array.path}, "assembled"};
  std::string missing;
  for (const config::AoeDevice& member : array.members) {
    const Find find = view.finder.find(member, view.snapshot);
    if (find.device != nullptr) {
      assemble.words.push_back(find.device->path());
    } else if (missing.empty()) {
      missing = find.why_not;
    }
  }
  if (missing.empty()) return ready("all its members are there", std::move(assemble));
  const bool some = assemble.words.size() > 3;
  if (!view.time_is_over || !array.degraded || !some) return waiting(missing);
  assemble.words.insert(assemble.words.begin() + 2, "--run");
  assemble.done = "assembled, degraded: " + missing;
  return ready(missing + ", starting without it", std::move(assemble));
}

Readiness readiness(const config::VolumeGroup& group, const View& view) {
  const auto& devices = view.snapshot.devices;
  const bool active = std::any_of(devices.begin(), devices.end(),
                                  [&](const BlockDevice& device) { return is_in_group(device, group.name); });
  if (active) return there_already(group.name);
  if (!any_on_aoe(view.snapshot)) return waiting("none of its devices appeared");
  return ready("devices are there", Run{{"vgchange", "--activate", "y", group.name}, "active"}, true);
}

// device-mapper's names double the hyphens of a volume group's own name.
bool is_in_group(const BlockDevice& device, std::string_view group) {
  std::string prefix;
  for (const char c : group) prefix += c == '-' ? "--" : std::string(1, c);
  prefix += '-';
  const std::string& name = device.mapped_name;
  return name.starts_with(prefix) && name.size() > prefix.size() && name[prefix.size()] != '-';
}

std::string source_text(const config::MountSource& source) {
  if (const auto* uuid = std::get_if<config::FsUuid>(&source)) return "UUID " + uuid->uuid;
  if (const auto* label = std::get_if<config::FsLabel>(&source)) return "label " + label->label;
  if (const auto* path = std::get_if<config::DevicePath>(&source)) return path->path;
  if (const auto* bind = std::get_if<config::BindOf>(&source)) return bind->directory;
  const auto& device = std::get<config::AoeDevice>(source);
  return device.partition ? fmt::format("{}p{}", device.address.text(), *device.partition)
                          : device.address.text();
}

}  // namespace aoe_mount
