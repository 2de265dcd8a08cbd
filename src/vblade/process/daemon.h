// Daemon: vbladed's way into the background, with an honest answer to who started it.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace vblade {

class Daemon {
 public:
  // Goes on in a child process. The parent stays until the child calls ready() (and then ends well) or ends
  // (and then ends with the same status), so that whoever started it knows.
  static base::Result<Daemon> enter();
  // Lets the parent go, and the terminal.
  void ready();

 private:
  base::Fd parent_;
};

// The standard descriptors up to `last` lead nowhere from now on.
void let_go_of_terminal(int last = 2);

}  // namespace vblade
