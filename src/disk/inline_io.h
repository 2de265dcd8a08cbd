// Reads and writes that cannot block, in the page cache, without going through an engine's queue.
#pragma once

#include "disk/operation.h"

namespace disk {

// Does a read or write at once and fills `result`; false, with nothing done, when it might have to wait.
bool try_inline(Operation& operation);
// The same, of writes alone, and only when nobody is asked for it: all of it goes into memory that is there.
bool try_store(Operation& operation);

}  // namespace disk
