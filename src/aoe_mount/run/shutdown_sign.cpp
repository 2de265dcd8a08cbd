#include "aoe_mount/run/shutdown_sign.h"

#include "kernel/processes.h"

#include <algorithm>
#include <string>
#include <vector>

namespace aoe_mount {

bool openrc_goes_down(const std::filesystem::path& proc) {
  for (const std::uint64_t pid : kernel::process_ids(proc)) {
    const std::vector<std::string> words = kernel::process_words(proc, pid);
    if (words.empty()) continue;
    const std::string program = std::filesystem::path(words.front()).filename();
    if (program != "openrc" && program != "rc") continue;
    const bool goes_down = std::any_of(words.begin() + 1, words.end(), [](const std::string& word) {
      return word == "shutdown" || word == "reboot" || word == "single";
    });
    if (goes_down) return true;
  }
  return false;
}

}  // namespace aoe_mount
