// RunLock: two runs of aoe-mount never work at the same time.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace aoe_mount {

class RunLock {
 public:
  struct Owner {
    std::string pid = "unknown";
    std::string task;  // that it gave
  };

  // Waits for another run to end, up to `patience`; `on_wait` is called once with who it is when that is
  // needed. `task` is for whoever waits for us.
  static base::Result<RunLock> take(const std::filesystem::path& file, const std::string& task,
                                    std::chrono::milliseconds patience,
                                    const std::function<void(const Owner& owner)>& on_wait);
  // Says why other runs are not kept out, because /run is full or read-only; empty: they are.
  const std::string& problem() const { return problem_; }

 private:
  explicit RunLock(base::Fd fd) : fd_(std::move(fd)) {}

  base::Fd fd_;
  std::string problem_;
};

}  // namespace aoe_mount
