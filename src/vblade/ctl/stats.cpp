// vbladectl stats: what was asked of each export, by whom, through which interface.
#include "vblade/control/status_text.h"
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int stats(const cli::Invocation& invocation) {
  Question question(invocation);
  cli::Options options(invocation,
                       "Prints requests, errors and latency per export, then clients and interfaces.",
                       {{"vbladectl stats", "since the server started"}});
  if (const auto ended = question.parse(options)) return *ended;
  const auto answer = question.ask({"status"});
  if (!answer) return cli::kFailed;
  question.print(*answer, stats_text);
  return cli::kDone;
}

}  // namespace vblade::ctl
