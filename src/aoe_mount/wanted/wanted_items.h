// WantedItems: all that the configuration wants in place, one list for `up`, which does it, and `status`,
// which looks at it, so that both mean the same.
#pragma once

#include "aoe_mount/wanted/readiness.h"
#include "config/client_config.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aoe_mount {

// The expressions for a kind of item.
struct Words {
  std::string_view verb;          // ", swapping"
  std::string_view in_place;      // "in use"
  std::string_view not_in_place;  // "not in use": but its device is there
};

struct WantedItem {
  const config::Wanted* wanted = nullptr;
  const Words* words = nullptr;
  std::string name;       // "/mnt/data", "swap on e1.1", "array /dev/md/aoe"
  std::string title;      // "e1.0p1", "/dev/md/aoe", "vg": by which the configuration names it
  std::string waits_for;  // "e1.0p1", "the disks of vg"
  std::string target;     // of a mount
  std::string type;       // "swap", "md"; of a mount the file system's, if the configuration says
  // The paths of the device that it makes; of a group the beginnings of its volumes' paths.
  std::vector<std::string> makes;
  std::string key_file;       // that it needs
  bool is_on_device = false;  // a mount or swap: it has no device of its own, only one that it is on
  bool is_group = false;      // what it has are volumes, items of their own
  bool by_signature = false;  // its device is known by what is on it
  std::function<Readiness(const View&)> readiness;
};

// They point into `client`. Items that others are built on come first.
std::vector<WantedItem> wanted_items(const config::Client& client);

}  // namespace aoe_mount
