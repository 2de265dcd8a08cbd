// RunLock: two runs of aoe-mount never work at the same time.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <chrono>
#include <filesystem>
#include <functional>

namespace aoe_mount {

class RunLock {
 public:
  // Waits for another run to end, up to `patience`; `on_wait` is called once with its pid when that is
  // needed.
  static base::Result<RunLock> take(const std::filesystem::path& file, std::chrono::milliseconds patience,
                                    const std::function<void(const std::string& pid)>& on_wait);

 private:
  explicit RunLock(base::Fd fd) : fd_(std::move(fd)) {}

  base::Fd fd_;
};

}  // namespace aoe_mount
