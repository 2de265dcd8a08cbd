// AgeList: operations that are under way, by the time at which they started; links the operations themselves.
#pragma once

#include "disk/operation.h"

#include <cstdint>

namespace disk {

class AgeList {
 public:
  // Later than all others.
  void add(Operation& operation, std::int64_t now_ms) {
    operation.started_ms = now_ms;
    operation.older = newest_;
    operation.newer = nullptr;
    (newest_ == nullptr ? oldest_ : newest_->newer) = &operation;
    newest_ = &operation;
  }
  void remove(Operation& operation) {
    (operation.older == nullptr ? oldest_ : operation.older->newer) = operation.newer;
    (operation.newer == nullptr ? newest_ : operation.newer->older) = operation.older;
  }
  // Milliseconds since the oldest of them started; 0 if there is none.
  std::int64_t age_ms(std::int64_t now_ms) const {
    return oldest_ == nullptr ? 0 : now_ms - oldest_->started_ms;
  }

 private:
  Operation* oldest_ = nullptr;
  Operation* newest_ = nullptr;
};

}  // namespace disk
