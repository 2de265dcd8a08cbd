// One disk, one writer: exports that reach the same bytes, by whatever names, and users whom no lock shows.
#pragma once

#include "vblade/inventory/findings.h"
#include "vblade/process/disk_holders.h"

#include <optional>
#include <vector>

namespace vblade {

// The disk of one export.
struct OpenDisk {
  std::optional<FileId> id;  // nothing: it is not open
  bool is_new = true;        // else it is in service, and stays so
};

// `disks`: by the index of the export. An export with `force` is left alone.
void find_shared_disks(const config::Server& wanted, const std::vector<OpenDisk>& disks, Findings& findings);
void find_held_disks(const config::Server& wanted, const std::vector<OpenDisk>& disks,
                     const std::vector<DiskHolder>& holders, Findings& findings);

}  // namespace vblade
