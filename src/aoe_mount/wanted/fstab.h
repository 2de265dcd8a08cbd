// /etc/fstab: its entries on AoE, which nobody else could check or mount in time.
#pragma once

#include "config/client_config.h"

#include <filesystem>

namespace aoe_mount {

// Adds to `client` the entries of the file that have the option _netdev and not noauto, mounts and swap, so
// that OpenRC's netmount finds them in place: checked where fs_passno says so, not required with nofail. An
// entry is surely ours when its source is in /dev/etherd, or comes to be by what the configuration names. One
// with another device, UUID or label may be of iSCSI as well: it is ours only if it is on AoE, see config::Wanted. What
// `client` names itself, by its mount point, stays as it is.
void add_fstab(config::Client& client, const std::filesystem::path& file);

}  // namespace aoe_mount
