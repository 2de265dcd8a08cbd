#include "vblade/inventory/shared_disks.h"

#include "config/overlap.h"

#include <utility>

namespace vblade {

void find_shared_disks(const config::Server& wanted, const std::vector<OpenDisk>& disks, Findings& findings) {
  std::vector<config::Extent> extents;
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const config::Export& one = wanted.exports[i];
    if (!disks[i].id || one.force) continue;
    extents.push_back(
        {i, fmt::format("{}:{}", disks[i].id->first, disks[i].id->second), one.offset, one.length});
  }
  for (const config::Overlap& overlap : config::find_overlaps(std::move(extents))) {
    auto [kept, refused] = std::pair(overlap.earlier, overlap.later);
    if (!disks[refused].is_new) std::swap(kept, refused);
    const config::Export& other = wanted.exports[kept];
    findings.problems.push_back(path_problem(
        wanted, refused,
        fmt::format("'{}' is the disk that {} serves as '{}': export it once, give each export a part of its "
                    "own with offset and length, or set 'force: true'",
                    wanted.exports[refused].path.string(), other.address.text(), other.path.string())));
    findings.unservable.insert(refused);
  }
}

void find_held_disks(const config::Server& wanted, const std::vector<OpenDisk>& disks,
                     const std::vector<DiskHolder>& holders, Findings& findings) {
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const config::Export& one = wanted.exports[i];
    if (!disks[i].id || !disks[i].is_new || one.force) continue;
    for (const DiskHolder& holder : holders) {
      if (holder.id != *disks[i].id || (holder.read_only && one.read_only)) continue;
      findings.problems.push_back(
          path_problem(wanted, i,
                       fmt::format("'{}' is in use by {}: release it with '{}', or set 'force: true'",
                                   one.path.string(), holder.name, holder.release)));
      findings.unservable.insert(i);
    }
  }
}

}  // namespace vblade
