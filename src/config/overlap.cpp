#include "config/overlap.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include <fmt/format.h>

namespace config {

namespace {

constexpr std::uint64_t kEnd = std::numeric_limits<std::uint64_t>::max();

// The first byte behind the extent.
std::uint64_t end_of(const Extent& extent) {
  return extent.length && *extent.length < kEnd - extent.offset ? extent.offset + *extent.length : kEnd;
}

std::string bytes_text(const std::string& path, std::uint64_t first, std::uint64_t end) {
  if (end != kEnd) return fmt::format("bytes {}..{} of {}", first, end - 1, path);
  if (first != 0) return fmt::format("{} from byte {} on", path, first);
  return fmt::format("all of {}", path);
}

void sort_by_place(std::vector<Extent>& extents) {
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
    return std::tie(a.path, a.offset, a.index) < std::tie(b.path, b.offset, b.index);
  });
}

}  // namespace

std::vector<Overlap> find_overlaps(std::vector<Extent> extents) {
  sort_by_place(extents);
  std::vector<Overlap> overlaps;
  const Extent* widest = nullptr;  // of those before on this path, the one that reaches farthest
  for (const Extent& extent : extents) {
    if (widest != nullptr && widest->path == extent.path && end_of(*widest) > extent.offset) {
      const auto [earlier, later] = std::minmax(widest->index, extent.index);
      overlaps.push_back({earlier, later,
                          bytes_text(extent.path, extent.offset, std::min(end_of(*widest), end_of(extent)))});
    }
    if (widest == nullptr || widest->path != extent.path || end_of(extent) > end_of(*widest))
      widest = &extent;
  }
  return overlaps;
}

std::vector<SharedPage> find_shared_pages(std::vector<Extent> extents, std::uint64_t page_bytes) {
  std::erase_if(extents, [](const Extent& extent) { return !extent.writable; });
  sort_by_place(extents);
  std::vector<SharedPage> shared;
  for (std::size_t i = 1; i < extents.size(); ++i) {
    const Extent& before = extents[i - 1];
    const Extent& behind = extents[i];
    const std::uint64_t end = end_of(before);
    const bool meet = before.path == behind.path && end > 0 && end <= behind.offset &&
                      (end - 1) / page_bytes == behind.offset / page_bytes;
    if (meet && before.direct != behind.direct) shared.push_back({before.index, behind.index});
  }
  return shared;
}

}  // namespace config
