// How often this program has asked the heap for memory by operator new.
#pragma once

#include <cstddef>

namespace net::test {

std::size_t heap_allocations();

}  // namespace net::test
