// ClientTable: what each initiator asked of an export, for as many as there is room: who came first makes way
// for who comes new. Made for every frame: mostly one comparison, a short walk when initiators take turns, no
// heap.
#pragma once

#include "base/mac_address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vblade {

struct ClientCounters {
  base::MacAddress mac;
  std::uint64_t requests = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t errors = 0;  // disk work that failed
};

class ClientTable {
 public:
  static constexpr std::size_t kMost = 32;

  // Stays valid, but is somebody else's after kMost others came new.
  ClientCounters& of(base::MacAddress mac) {
    if (rows_[last_].mac == mac) return rows_[last_];
    for (last_ = 0; last_ < used_; ++last_) {
      if (rows_[last_].mac == mac) return rows_[last_];
    }
    if (used_ < kMost) {
      last_ = used_++;
    } else {
      last_ = oldest_;
      oldest_ = (oldest_ + 1) % kMost;
    }
    rows_[last_] = {.mac = mac};
    return rows_[last_];
  }
  std::span<const ClientCounters> all() const { return std::span(rows_).first(used_); }

 private:
  std::array<ClientCounters, kMost> rows_{};
  std::size_t used_ = 0;
  std::size_t last_ = 0;    // asked for last
  std::size_t oldest_ = 0;  // makes way when there is no room
};

}  // namespace vblade
