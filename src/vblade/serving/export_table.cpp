#include "vblade/serving/export_table.h"

#include "vblade/serving/export.h"

#include <bit>
#include <utility>

namespace vblade {

void ExportTable::assign(std::vector<Export*> exports) {
  all_ = std::move(exports);
  places_.assign(std::bit_ceil(all_.size() * 2 + 1), {});
  mask_ = places_.size() - 1;
  for (Export* one : all_) {
    const std::uint32_t value = key(one->address());
    std::size_t at = hash(value);
    while (places_[at].exported != nullptr) at = (at + 1) & mask_;
    places_[at] = {value, one};
  }
}

}  // namespace vblade
