// DiskWatch: looks at the disks behind the exports: their health, their sizes, and whether their paths still
// lead to them.
#pragma once

#include "aoe/address.h"
#include "vblade/inventory/inventory.h"
#include "vblade/process/path_looker.h"

#include <filesystem>
#include <optional>
#include <set>

namespace vblade {

class DiskWatch {
 public:
  DiskWatch(Inventory& inventory, PathLooker& looker) : inventory_(inventory), looker_(looker) {}

  // Once a second: logs what changed, and advertises the exports whose size did.
  void look();
  // When the looker has something.
  void take_looks();

 private:
  struct Look {
    aoe::Address address;
    std::filesystem::path path;
    unsigned seconds = 0;  // since it was asked for
  };

  static void report_health(Export& exported);
  void look_at_size(Export& exported);
  void look_at_next_path();
  void report_silent(const Look& look);
  static void report_path(const Export& exported);

  Inventory& inventory_;
  PathLooker& looker_;
  std::optional<Look> looking_;    // what was asked for and not seen yet
  std::set<aoe::Address> silent_;  // exports whose path was not seen in time
  unsigned seconds_ = 0;
  aoe::Address placed_last_;  // the export whose path was looked at last
};

}  // namespace vblade
