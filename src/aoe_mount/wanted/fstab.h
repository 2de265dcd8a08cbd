// Fstab: reads the entries of /etc/fstab that are on AoE, because nobody else could check or mount them in
// time.
#pragma once

#include "config/client_config.h"

#include <filesystem>

namespace aoe_mount {

// Adds to `client` the entries of the file that have the option _netdev and not noauto, mounts and swap, so
// that OpenRC's netmount finds them in place: checked where fs_passno says so, not required with nofail. An
// entry is ours if its source is in /dev/etherd, or is built by the configuration. An entry with another
// device, UUID or label may be of iSCSI as well: it is ours only if it is on AoE, see config::Wanted. Mount
// points that `client` names itself stay as they are.
void add_fstab(config::Client& client, const std::filesystem::path& file);

}  // namespace aoe_mount
