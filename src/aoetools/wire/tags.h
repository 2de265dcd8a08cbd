// Tags: what tells our replies from others'. The bit that keeps the kernel's driver away, then 15 bits of
// this process, then a count.
#pragma once

#include "aoe/request.h"

#include <cstdint>

namespace aoetools {

class Tags {
 public:
  Tags();
  std::uint32_t next() { return base_ | (count_++ & 0xffff); }
  bool ours(std::uint32_t tag) const { return (tag & 0xffff0000) == base_; }

 private:
  std::uint32_t base_;
  std::uint32_t count_ = 0;
};

}  // namespace aoetools
