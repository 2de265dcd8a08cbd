// vbladectl status: what is exported, and how it fares.
#include "vblade/control/status_text.h"
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int status(const cli::Invocation& invocation) {
  Question question(invocation);
  cli::Options options(
      invocation,
      "Prints the exports and their state.\n"
      "Exit status: 0 all is served, 1 no server answers, 3 an export is left out or is not served.",
      {{"vbladectl status", "as a table"},
       {"vbladectl --json status", "the server's answer, for scripts"},
       {"vbladectl --prometheus status", "metrics for node_exporter"}});
  if (const auto ended = question.parse(options)) return *ended;
  const auto answer = question.ask({"status"});
  if (!answer) return cli::kFailed;
  question.print(*answer, status_text);
  return health(*answer);
}

}  // namespace vblade::ctl
