// InFlight: the sectors of an export that operations are at work on, or will be when their turn comes.
#pragma once

#include "disk/operation.h"
#include "disk/request.h"

#include <cstdint>
#include <span>
#include <vector>

namespace disk {

// Requests to neighbouring sectors, in their order.
using Group = std::span<Request* const>;

// Sectors, and whether others may read them meanwhile.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool exclusive = false;
  bool suspect = false;  // a neighbour's operation failed meanwhile
  const Operation* operation = nullptr;

  // The sectors of a group. A request that is tried alone keeps its neighbourhood to itself.
  static Range of(Group group);
  bool excludes(const Range& other) const {
    return (exclusive || other.exclusive) && begin < other.end && other.begin < end;
  }
};

class InFlight {
 public:
  void add(Group group, const Operation& operation);
  // The operation came back.
  Range take(const Operation& operation);
  // `range` has to wait for one of them.
  bool excludes(const Range& range) const;
  // The kernel joins operations on neighbouring sectors, so that one failure is the failure of all. Whether
  // an operation that failed may be the victim of another, which is then suspect as well.
  bool has_suspect_neighbours(const Range& failed);

 private:
  std::vector<Range> ranges_;
  unsigned exclusive_ = 0;
};

}  // namespace disk
