#include "mount/fstab.h"

#include <algorithm>
#include <memory>
#include <string>

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

}  // namespace

std::vector<config::Mount> fstab_mounts(const std::filesystem::path& file, std::chrono::milliseconds wait) {
  std::vector<config::Mount> mounts;
  const std::unique_ptr<libmnt_table, Unref> table(mnt_new_table_from_file(file.c_str()));
  const std::unique_ptr<libmnt_iter, Unref> iter(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iter) return mounts;
  libmnt_fs* entry = nullptr;
  while (mnt_table_next_fs(table.get(), iter.get(), &entry) == 0) {
    const std::string source = text_or_empty(mnt_fs_get_source(entry));
    const std::string type = text_or_empty(mnt_fs_get_fstype(entry));
    const bool ours = source.starts_with("/dev/etherd/") && type != "swap" &&
                      mnt_fs_get_option(entry, "_netdev", nullptr, nullptr) == 0 &&
                      mnt_fs_get_option(entry, "noauto", nullptr, nullptr) != 0;
    if (!ours) continue;
    config::Mount mount;
    mount.source = config::DevicePath{source};
    mount.mountpoint = text_or_empty(mnt_fs_get_target(entry));
    if (type != "auto") mount.type = type;
    mount.options = mount_options(text_or_empty(mnt_fs_get_options(entry)));
    mount.fsck = mnt_fs_get_passno(entry) > 0;
    mount.required = mnt_fs_get_option(entry, "nofail", nullptr, nullptr) != 0;
    mount.wait = wait;
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

void add_fstab(config::Client& client, std::vector<config::Mount> mounts) {
  for (config::Mount& mount : mounts) {
    const bool named = std::any_of(client.mounts.begin(), client.mounts.end(), [&](const config::Mount& own) {
      return own.mountpoint == mount.mountpoint;
    });
    if (!named) client.mounts.push_back(std::move(mount));
  }
}

}  // namespace aoe_mount
