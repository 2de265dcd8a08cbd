#include "aoe_mount/wanted/fstab.h"

#include "aoe_mount/wanted/readiness.h"
#include "base/number.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <libmount/libmount.h>

namespace aoe_mount {

namespace {

struct Unref {
  void operator()(libmnt_table* table) const { mnt_unref_table(table); }
  void operator()(libmnt_iter* iter) const { mnt_free_iter(iter); }
};

std::string text_or_empty(const char* text) {
  return text != nullptr ? text : "";
}

// The options that mean something to mount(2) and its helpers; the others are fstab's own.
std::vector<std::string> mount_options(const std::string& all) {
  std::vector<std::string> options;
  for (std::size_t start = 0; start < all.size();) {
    const std::size_t end = std::min(all.find(',', start), all.size());
    const std::string one = all.substr(start, end - start);
    start = end + 1;
    const bool of_fstab =
        one == "_netdev" || one == "nofail" || one == "auto" || one == "defaults" || one.empty();
    if (!of_fstab) options.push_back(one);
  }
  return options;
}

// "UUID=66dd", without the quotes that it may have; "/dev/etherd/e1.0".
std::string source_text_of(libmnt_fs* entry) {
  const char* name = nullptr;
  const char* value = nullptr;
  if (mnt_fs_get_tag(entry, &name, &value) == 0) return fmt::format("{}={}", name, value);
  return text_or_empty(mnt_fs_get_source(entry));
}

bool has_option(libmnt_fs* entry, const char* name) {
  return mnt_fs_get_option(entry, name, nullptr, nullptr) == 0;
}

// udev writes what a file name cannot hold as \x20.
std::string decoded(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    unsigned code = 0;
    const bool is_code = text.starts_with("\\x") && text.size() >= 4 &&
                         std::from_chars(text.data() + 2, text.data() + 4, code, 16).ptr == text.data() + 4;
    plain += is_code ? static_cast<char>(code) : text.front();
    text.remove_prefix(is_code ? 4 : 1);
  }
  return plain;
}

// None: neither a device nor a name of one.
std::optional<config::MountSource> source_of(std::string_view text) {
  const auto rest = [&](std::string_view prefix) -> std::optional<std::string> {
    if (!text.starts_with(prefix)) return std::nullopt;
    return std::string(text.substr(prefix.size()));
  };
  if (auto name = rest("UUID=")) return config::FsUuid{*name};
  if (auto name = rest("LABEL=")) return config::FsLabel{*name};
  if (auto name = rest("PARTUUID=")) return config::PartUuid{*name};
  if (auto name = rest("PARTLABEL=")) return config::PartLabel{*name};
  // Links that only udev makes, and not for AoE disks.
  if (auto name = rest("/dev/disk/by-uuid/")) return config::FsUuid{decoded(*name)};
  if (auto name = rest("/dev/disk/by-label/")) return config::FsLabel{decoded(*name)};
  if (auto name = rest("/dev/disk/by-partuuid/")) return config::PartUuid{decoded(*name)};
  if (auto name = rest("/dev/disk/by-partlabel/")) return config::PartLabel{decoded(*name)};
  if (text.starts_with("/dev/")) return config::DevicePath{std::string(text)};
  return std::nullopt;
}

bool is_in_group_by_name(const std::string& path, const std::string& group) {
  constexpr std::string_view kMapper = "/dev/mapper/";
  if (path.starts_with("/dev/" + group + "/")) return true;
  kernel::BlockDevice volume;
  if (path.starts_with(kMapper)) volume.mapped_name = path.substr(kMapper.size());
  return is_in_group(volume, group);
}

bool is_surely_ours(const config::MountSource& source, const config::Client& client) {
  const auto* device = std::get_if<config::DevicePath>(&source);
  if (device == nullptr) return false;
  const std::string& path = device->path;
  const auto in = [&](const auto& list, auto is_it) { return std::any_of(list.begin(), list.end(), is_it); };
  return path.starts_with("/dev/etherd/") || path.starts_with("/dev/disk/by-aoe/") ||
         in(client.arrays, [&](const config::Array& array) { return array.path == path; }) ||
         in(client.encrypted,
            [&](const config::Encrypted& one) { return "/dev/mapper/" + one.name == path; }) ||
         in(client.volume_groups,
            [&](const config::VolumeGroup& group) { return is_in_group_by_name(path, group.name); });
}

void fill(config::Wanted& wanted, config::MountSource source, libmnt_fs* entry,
          const config::Client& client) {
  wanted.only_if_on_aoe = !is_surely_ours(source, client);
  wanted.source = std::move(source);
  wanted.required = !has_option(entry, "nofail");
  wanted.wait = client.wait;
}

std::optional<unsigned> priority_of(libmnt_fs* entry) {
  char* value = nullptr;
  std::size_t length = 0;
  if (mnt_fs_get_option(entry, "pri", &value, &length) != 0 || value == nullptr) return std::nullopt;
  const auto number = base::parse_number(std::string_view(value, length));
  return number ? std::optional(static_cast<unsigned>(std::min<std::uint64_t>(*number, 32'767)))
                : std::nullopt;
}

void add_swap(config::Client& client, config::MountSource source, libmnt_fs* entry) {
  config::Swap swap;
  fill(swap, std::move(source), entry, client);
  swap.priority = priority_of(entry);
  client.swaps.push_back(std::move(swap));
}

void add_mount(config::Client& client, config::MountSource source, libmnt_fs* entry) {
  config::Mount mount;
  mount.mountpoint = text_or_empty(mnt_fs_get_target(entry));
  const bool named = std::any_of(client.mounts.begin(), client.mounts.end(), [&](const config::Mount& own) {
    return own.mountpoint == mount.mountpoint;
  });
  if (named) return;
  fill(mount, std::move(source), entry, client);
  const std::string type = text_or_empty(mnt_fs_get_fstype(entry));
  if (type != "auto") mount.type = type;
  mount.options = mount_options(text_or_empty(mnt_fs_get_options(entry)));
  mount.fsck = mnt_fs_get_passno(entry) > 0;
  client.mounts.push_back(std::move(mount));
}

}  // namespace

void add_fstab(config::Client& client, const std::filesystem::path& file) {
  const std::unique_ptr<libmnt_table, Unref> table(mnt_new_table_from_file(file.c_str()));
  const std::unique_ptr<libmnt_iter, Unref> iter(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iter) return;
  libmnt_fs* entry = nullptr;
  while (mnt_table_next_fs(table.get(), iter.get(), &entry) == 0) {
    if (!has_option(entry, "_netdev") || has_option(entry, "noauto")) continue;
    auto source = source_of(source_text_of(entry));
    if (!source) continue;
    if (mnt_fs_is_swaparea(entry) != 0) {
      add_swap(client, std::move(*source), entry);
    } else {
      add_mount(client, std::move(*source), entry);
    }
  }
}

}  // namespace aoe_mount
