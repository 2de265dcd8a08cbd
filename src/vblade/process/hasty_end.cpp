#include "vblade/process/hasty_end.h"

#include "base/close_range.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <sys/prctl.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr const char* kCloserName = "vblade-closer";

void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned next = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > next) base::close_range(next, number - 1);
    next = number + 1;
  }
  base::close_range(next, ~0U);
}

}  // namespace

void end_without_waiting(std::vector<int> hanging) {
  ::prctl(PR_SET_NAME, kCloserName);
  close_all_but(std::move(hanging));
  ::_exit(0);
}

bool closers_remain() {
  std::error_code none;
  const std::filesystem::directory_iterator processes("/proc", none);
  return std::any_of(begin(processes), end(processes), [](const auto& process) {
    std::ifstream in(process.path() / "comm");
    std::string name;
    return std::getline(in, name) && name == kCloserName;
  });
}

}  // namespace vblade
