// DiskWatch: looks at the disks behind the exports: their health, their sizes, and whether their paths still
// lead to them.
#pragma once

#include "aoe/address.h"
#include "vblade/inventory/inventory.h"

namespace vblade {

class DiskWatch {
 public:
  explicit DiskWatch(Inventory& inventory) : inventory_(inventory) {}

  // Once a second: logs what changed, and advertises the exports whose size did.
  void look();

 private:
  static void report_health(Export& exported);
  void look_at_size(Export& exported);
  void look_at_next_path();

  Inventory& inventory_;
  unsigned seconds_ = 0;
  aoe::Address placed_last_;  // the export whose path was looked at last
};

}  // namespace vblade
