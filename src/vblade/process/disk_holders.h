// DiskHolder: somebody of this machine who uses a disk although no lock shows it.
#pragma once

#include "kernel/system_paths.h"
#include "vblade/classic/old_server.h"

#include <string>
#include <string_view>
#include <vector>

namespace vblade {

struct DiskHolder {
  FileId id;
  bool read_only = false;
  std::string name;     // "/dev/loop0", "swap"
  std::string release;  // the command that ends it
};

// As far as this process may look.
std::vector<DiskHolder> find_disk_holders(const kernel::SystemPaths& paths = {});

// As one text, to hand them from a process to another.
std::string packed(const std::vector<DiskHolder>& holders);
std::vector<DiskHolder> unpacked_holders(std::string_view text);

}  // namespace vblade
