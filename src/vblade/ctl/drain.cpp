// vbladectl drain: takes no more requests for an export.
#include "vblade/control/status_text.h"
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int drain(const cli::Invocation& invocation) {
  Question question(invocation);
  std::string name;
  cli::Options options(invocation, "Accepts no requests for an export until the next reload.",
                       {{"vbladectl drain e1.0", "finish what is in flight, and answer nobody"}});
  options.word("EXPORT", name, "its address, as in e1.0", true);
  if (const auto ended = question.parse(options)) return *ended;
  const auto words = export_words(invocation, {name});
  if (!words) return cli::kUsage;
  const auto answer = question.ask({"drain", words->address.text()});
  if (!answer) return cli::kFailed;
  question.print(*answer, status_text);
  return cli::kDone;
}

}  // namespace vblade::ctl
