#include "vblade/inventory/shared_disks.h"

#include "config/overlap.h"

#include <string_view>
#include <utility>

#include <unistd.h>

namespace vblade {

namespace {

std::vector<config::Extent> extents_of(const config::Server& wanted, const std::vector<OpenDisk>& disks) {
  std::vector<config::Extent> extents;
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const config::Export& one = wanted.exports[i];
    if (!disks[i].id || one.force) continue;
    extents.push_back({.index = i,
                       .path = fmt::format("{}:{}", disks[i].id->first, disks[i].id->second),
                       .offset = one.offset,
                       .length = one.length,
                       .writable = !one.read_only,
                       .direct = one.direct});
  }
  return extents;
}

// Of two exports, the one that is in service stays so: refuses the other.
void refuse(const config::Server& wanted, const std::vector<OpenDisk>& disks, std::size_t kept,
            std::size_t refused, std::string_view remedy, Findings& findings) {
  if (!disks[refused].is_new) std::swap(kept, refused);
  const config::Export& other = wanted.exports[kept];
  findings.problems.push_back(path_problem(
      wanted, refused,
      fmt::format("'{}' is the disk that {} serves as '{}': {}, or set 'force: true'",
                  wanted.exports[refused].path.string(), other.address.text(), other.path.string(), remedy)));
  findings.unservable.insert(refused);
}

}  // namespace

void find_shared_disks(const config::Server& wanted, const std::vector<OpenDisk>& disks, Findings& findings) {
  const auto extents = extents_of(wanted, disks);
  for (const config::Overlap& overlap : config::find_overlaps(extents)) {
    refuse(wanted, disks, overlap.earlier, overlap.later,
           "export it once, give each export a part of its own with offset and length", findings);
  }
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  for (const config::SharedPage& page : config::find_shared_pages(extents, page_bytes)) {
    refuse(
        wanted, disks, page.before, page.behind,
        fmt::format("their parts meet inside a page, so give both the same 'direct', or an offset that is a "
                    "multiple of {}",
                    page_bytes),
        findings);
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
