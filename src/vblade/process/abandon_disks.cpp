#include "vblade/process/abandon_disks.h"

#include "base/close_range.h"
#include "kernel/processes.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <sys/prctl.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr const char* kCloserName = "vblade-closer";

}  // namespace

void exit_leaving_disks(std::vector<int> hanging, int status) {
  ::prctl(PR_SET_NAME, kCloserName);
  base::close_all_but(std::move(hanging));
  ::_exit(status);
}

bool closers_remain() {
  const std::filesystem::path proc = "/proc";
  const auto pids = kernel::process_ids(proc);
  return std::any_of(pids.begin(), pids.end(),
                     [&](std::uint64_t pid) { return kernel::process_name(proc, pid) == kCloserName; });
}

}  // namespace vblade
