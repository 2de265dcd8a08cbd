// /etc/fstab: its entries on AoE, which nobody else could check or mount in time.
#pragma once

#include "config/client_config.h"

#include <filesystem>
#include <vector>

namespace aoe_mount {

// Entries with a source in /dev/etherd and the option _netdev, without noauto: OpenRC's netmount then finds
// them in place. Checked where fs_passno says so, not required with nofail. Other entries are not ours to
// judge.
std::vector<config::Mount> fstab_mounts(const std::filesystem::path& file, std::chrono::milliseconds wait);

// Adds to `client` those whose mount points it does not name itself.
void add_fstab(config::Client& client, std::vector<config::Mount> mounts);

}  // namespace aoe_mount
