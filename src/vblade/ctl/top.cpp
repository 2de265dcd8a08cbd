// vbladectl top: the rates of each export.
#include "vblade/control/status_text.h"
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

namespace vblade::ctl {

int top(const cli::Invocation& invocation) {
  using Clock = std::chrono::steady_clock;
  Question question(invocation);
  std::uint64_t rounds = 0;
  cli::Options options(invocation, "Prints the rates of each export every second.",
                       {{"vbladectl top", "until interrupted"},
                        {"vbladectl --json top --count 10", "ten answers of the server, one a line"}});
  options.number("--count", rounds, 0, UINT32_MAX, "end after so many seconds; 0 is never");
  if (const auto ended = question.parse(options)) return *ended;
  auto before = question.ask({"status"});
  auto since = Clock::now();
  for (std::uint64_t round = 0; before && (rounds == 0 || round < rounds); ++round) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    auto now = question.ask({"status"});
    if (!now) return cli::kFailed;
    const auto at = Clock::now();
    question.print(*now,
                   [&](const base::Json& status) { return top_text(*before, status, at - since) + "\n"; });
    std::fflush(stdout);
    before = std::move(now);
    since = at;
  }
  return before ? cli::kDone : cli::kFailed;
}

}  // namespace vblade::ctl
