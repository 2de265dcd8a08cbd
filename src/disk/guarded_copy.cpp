#include "disk/guarded_copy.h"

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstring>

namespace disk {

namespace {

// Where this thread's copy gives up, while there is one.
thread_local sigjmp_buf* way_out = nullptr;

void on_bus_error(int signal) {
  if (way_out != nullptr) ::siglongjmp(*way_out, 1);
  // Not ours: with the default action in place, the load or store that did it is made again.
  std::signal(signal, SIG_DFL);
}

bool take_signal() {
  struct sigaction action{};
  action.sa_handler = &on_bus_error;
  action.sa_flags = SA_NODEFER;  // left by a jump, which puts no mask back
  return ::sigaction(SIGBUS, &action, nullptr) == 0;
}

}  // namespace

bool copy_guarded(std::byte* to, base::Bytes data) {
  static const bool taken = take_signal();
  if (!taken) return false;
  sigjmp_buf here;
  const bool failed = sigsetjmp(here, 0) != 0;
  if (!failed) {
    way_out = &here;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::memcpy(to, data.data(), data.size());
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  way_out = nullptr;
  return !failed;
}

}  // namespace disk
