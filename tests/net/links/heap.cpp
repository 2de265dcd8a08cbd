#include "tests/net/links/heap.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations = 0;
}

// Sanitizers intercept malloc below this and see everything still. In a file of its own: a compiler that sees
// both sides of a pair takes it for a mistake.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace net::test {

std::size_t heap_allocations() {
  return allocations;
}

}  // namespace net::test
