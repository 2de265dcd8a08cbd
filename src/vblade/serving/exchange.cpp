#include "vblade/serving/exchange.h"

#include "vblade/serving/translate.h"

#include <new>

#include <sys/mman.h>

namespace vblade {

namespace {

// The longest transfer that an ATA header can ask for, and then some: buffers whose distance is no power of
// two do not all fall into the same sets of the processor's caches.
constexpr std::size_t kBufferBytes = 128 * 1024;
static_assert(kBufferBytes >= kExtentBytes);
constexpr std::size_t kBufferStride = kBufferBytes + 5 * 1024;
constexpr std::size_t kExchangeStride = (sizeof(Exchange) + 63) / 64 * 64;

}  // namespace

base::Result<std::unique_ptr<ExchangePool>> ExchangePool::create(std::size_t count) {
  std::unique_ptr<ExchangePool> pool(new ExchangePool);
  pool->memory_bytes_ = count * (kBufferStride + kExchangeStride);
  void* memory = ::mmap(nullptr, pool->memory_bytes_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return base::fail_errno(errno, "no address space for {} requests", count);
  pool->memory_ = static_cast<std::byte*>(memory);
  pool->count_ = count;
  pool->spare_.reserve(count);
  return pool;
}

ExchangePool::~ExchangePool() {
  if (memory_ != nullptr) ::munmap(memory_, memory_bytes_);  // exchanges own nothing
}

Exchange* ExchangePool::take() {
  if (!spare_.empty()) {
    ++in_use_;
    Exchange* exchange = spare_.back();
    spare_.pop_back();
    return exchange;
  }
  if (fresh_ == count_) return nullptr;
  ++in_use_;
  auto* exchange = ::new (memory_ + count_ * kBufferStride + fresh_ * kExchangeStride) Exchange;
  exchange->buffer = {memory_ + fresh_ * kBufferStride, kBufferBytes};
  ++fresh_;
  return exchange;
}

void ExchangePool::give_back(Exchange& exchange) {
  --in_use_;
  spare_.push_back(&exchange);
}

}  // namespace vblade
