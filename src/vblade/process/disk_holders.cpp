#include "vblade/process/disk_holders.h"

#include "base/json.h"
#include "kernel/held_files.h"

#include <sys/stat.h>

namespace vblade {

std::vector<DiskHolder> find_disk_holders(const kernel::SystemPaths& paths) {
  std::vector<DiskHolder> holders;
  for (const kernel::HeldFile& held : kernel::held_files(paths)) {
    struct stat status{};
    if (::stat(held.path.c_str(), &status) != 0) continue;
    holders.push_back({file_id(status), held.read_only, held.holder, held.release});
  }
  return holders;
}

std::string packed(const std::vector<DiskHolder>& holders) {
  return base::Json::list_of(holders,
                             [](const DiskHolder& one) {
                               return base::Json(base::Json::Fields{{"device", std::uint64_t{one.id.first}},
                                                                    {"inode", std::uint64_t{one.id.second}},
                                                                    {"read_only", one.read_only},
                                                                    {"name", one.name},
                                                                    {"release", one.release}});
                             })
      .text();
}

std::vector<DiskHolder> unpacked_holders(std::string_view text) {
  std::vector<DiskHolder> holders;
  const auto list = base::Json::parse(text);
  if (!list) return holders;
  for (const base::Json& one : list->items()) {
    holders.push_back({{one["device"].as_number(), one["inode"].as_number()},
                       one["read_only"].as_bool(),
                       one["name"].as_text(),
                       one["release"].as_text()});
  }
  return holders;
}

}  // namespace vblade
