#include "aoetools/bench/load.h"

#include <algorithm>

#include <poll.h>

namespace aoetools {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{5};
constexpr milliseconds kProgress{250};
constexpr seconds kPatience{5};

// Looks at the ring for a while, then sleeps until a frame comes or a tick is due.
void wait_for_frames(const net::Link& link, std::chrono::nanoseconds spin) {
  const auto until = steady_clock::now() + spin;
  do {
    // Asking the clock costs more than looking, and the answer comes while we look.
    for (int looks = 0; looks < 64; ++looks) {
      if (link.pending()) return;
    }
  } while (steady_clock::now() < until);
  pollfd waiting{link.fd(), POLLIN, 0};
  (void)::poll(&waiting, 1, static_cast<int>(kTick.count()));
}

}  // namespace

base::Result<LoadResult> run_load(net::Link& link, const LoadPlan& plan, const LoadRun& run) {
  Load load(link, plan);
  auto now = steady_clock::now();
  if (auto started = load.start(now); !started) return std::unexpected(started.error());
  const auto begin = now;
  const auto end = begin + run.warm_up + run.duration;
  bool warm = false;
  auto next_tick = begin + kTick;
  auto next_progress = begin + kProgress;
  auto last_answer = begin;
  while (now < end) {
    wait_for_frames(link, run.spin);
    now = steady_clock::now();
    const auto stepped = load.step(now);
    if (!stepped) return std::unexpected(stepped.error());
    if (*stepped) last_answer = now;
    if (now < next_tick) continue;

    next_tick = now + kTick;
    if (auto ticked = load.tick(now); !ticked) return std::unexpected(ticked.error());
    if (now - last_answer > kPatience)
      return base::fail("{} answers nothing for {} seconds", plan.targets.front().text(), kPatience.count());
    if (!warm && now >= begin + run.warm_up) {
      warm = true;
      load.reset(now);
    }
    if (run.progress && now >= next_progress) {
      next_progress += kProgress;
      if (!run.progress(load.result(now))) break;
    }
  }
  const LoadResult result = load.result(now);
  // Requests in flight come home before the next plan meets them.
  load.stop();
  const auto until = now + std::max<std::chrono::nanoseconds>(2 * plan.retransmit, milliseconds(500));
  while (load.in_flight() > 0 && (now = steady_clock::now()) < until) {
    wait_for_frames(link, run.spin);
    if (const auto stepped = load.step(now); !stepped) break;
  }
  return result;
}

}  // namespace aoetools
