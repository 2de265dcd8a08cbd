// Copying into a mapping of a file that others may cut short, or whose file system may have no room for the
// page.
#pragma once

#include "base/bytes.h"

#include <cstddef>

namespace disk {

// Copies `data` to `to`. False: the kernel could not give a page of it (SIGBUS), and how much was copied is
// not known. Takes the process's SIGBUS at its first use; elsewhere that signal still ends the process.
bool copy_guarded(std::byte* to, base::Bytes data);

}  // namespace disk
