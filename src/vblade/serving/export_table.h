// ExportTable: from a frame's address to its export, at the same cost for one export and for thousands.
#pragma once

#include "aoe/address.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vblade {

class Export;

class ExportTable {
 public:
  void assign(std::vector<Export*> exports);
  // nullptr: nobody has this address. Not for broadcast addresses.
  Export* find(aoe::Address address) const {
    if (places_.empty()) return nullptr;
    for (std::size_t at = hash(key(address)); places_[at].exported != nullptr; at = (at + 1) & mask_) {
      if (places_[at].key == key(address)) return places_[at].exported;
    }
    return nullptr;
  }
  const std::vector<Export*>& all() const { return all_; }

 private:
  struct Place {
    std::uint32_t key = 0;
    Export* exported = nullptr;
  };

  static std::uint32_t key(aoe::Address address) { return std::uint32_t{address.shelf} << 8 | address.slot; }
  std::size_t hash(std::uint32_t value) const {
    return static_cast<std::size_t>((value * std::uint64_t{0x9e3779b97f4a7c15}) >> 32) & mask_;
  }

  std::vector<Export*> all_;
  std::vector<Place> places_;  // open addressing; at most half full
  std::size_t mask_ = 0;
};

}  // namespace vblade
