// vbladectl reload: has the server read its configuration again.
#include "vblade/control/status_text.h"
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int reload(const cli::Invocation& invocation) {
  Question question(invocation);
  cli::Options options(
      invocation,
      "Makes the server read its configuration again; a faulty file changes nothing.\n"
      "Exit status: 0 all is served, 1 nothing was changed, 3 an export is left out or is not served.",
      {{"vbladectl reload", "apply what changed, and print the status"}});
  if (const auto ended = question.parse(options)) return *ended;
  const auto answer = question.ask({"reload"});
  if (!answer) return cli::kFailed;
  question.print(*answer, status_text);
  return health(*answer);
}

}  // namespace vblade::ctl
