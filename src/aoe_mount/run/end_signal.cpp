#include "aoe_mount/run/end_signal.h"

#include <csignal>

namespace aoe_mount {

namespace {

volatile std::sig_atomic_t came = 0;

}  // namespace

void catch_end_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { came = 1; };
  (void)::sigaction(SIGTERM, &action, nullptr);
  (void)::sigaction(SIGINT, &action, nullptr);
}

bool end_signal_came() {
  return came != 0;
}

}  // namespace aoe_mount
