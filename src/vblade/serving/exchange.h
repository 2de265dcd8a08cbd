// Exchange: one request on its way to its reply, from the frame's arrival until the reply has left. The pool
// holds all that there will ever be, so that nothing is allocated while frames are handled.
#pragma once

#include "aoe/target.h"
#include "base/result.h"
#include "disk/request.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vblade {

class Export;
class Port;
struct ClientCounters;

// The disk's part is its base: what comes back from the disk is the exchange.
struct Exchange : disk::Request {
  Export* exported = nullptr;
  Port* port = nullptr;
  aoe::DiskWork work;
  std::uint32_t reply_bytes = 0;
  ClientCounters* client = nullptr;
  std::chrono::nanoseconds arrived{};
  std::array<std::byte, aoe::kMaxReplyBytes> reply;
};

class ExchangePool {
 public:
  // Reserves addresses for `count` exchanges; memory is used as far as exchanges are in use together.
  static base::Result<std::unique_ptr<ExchangePool>> create(std::size_t count);
  ~ExchangePool();
  ExchangePool(const ExchangePool&) = delete;
  ExchangePool& operator=(const ExchangePool&) = delete;

  // nullptr: all are in use.
  Exchange* take();
  void give_back(Exchange& exchange);
  std::size_t in_use() const { return in_use_; }
  std::size_t size() const { return count_; }

 private:
  ExchangePool() = default;

  std::byte* memory_ = nullptr;
  std::size_t memory_bytes_ = 0;
  std::size_t count_ = 0;
  std::size_t fresh_ = 0;         // so many were ever used
  std::vector<Exchange*> spare_;  // used before; the last is the warmest
  std::size_t in_use_ = 0;
};

}  // namespace vblade
