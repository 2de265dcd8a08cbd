#include "disk/in_flight.h"

#include <algorithm>

namespace disk {

namespace {

// Sectors on both sides of a request that is tried alone: a page, which is what the page cache transfers.
constexpr std::uint64_t kMargin = 8;

}  // namespace

Range Range::of(Group group) {
  const Request& first = *group.front();
  const std::uint64_t margin = first.isolated ? kMargin : 0;
  return {.begin = first.sector - std::min(first.sector, margin),
          .end = group.back()->end() + margin,
          .exclusive = first.is_change() || first.isolated};
}

void InFlight::add(Group group, const Operation& operation) {
  Range range = Range::of(group);
  range.operation = &operation;
  if (range.exclusive) ++exclusive_;
  ranges_.push_back(range);
}

Range InFlight::take(const Operation& operation) {
  const auto found = std::ranges::find(ranges_, &operation, &Range::operation);
  const Range range = *found;
  if (range.exclusive) --exclusive_;
  *found = ranges_.back();
  ranges_.pop_back();
  return range;
}

bool InFlight::excludes(const Range& range) const {
  if (!range.exclusive && exclusive_ == 0) return false;
  return std::ranges::any_of(ranges_, [&](const Range& other) { return range.excludes(other); });
}

bool InFlight::has_suspect_neighbours(const Range& failed) {
  bool any = failed.suspect;
  for (Range& other : ranges_) {
    if (other.begin > failed.end + kMargin || failed.begin > other.end + kMargin) continue;
    other.suspect = true;
    any = true;
  }
  return any;
}

}  // namespace disk
