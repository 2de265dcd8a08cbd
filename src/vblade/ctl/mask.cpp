// vbladectl mask: who may talk to an export.
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int mask(const cli::Invocation& invocation) {
  Question question(invocation);
  std::vector<std::string> words;
  cli::Options options(
      invocation, "Lists or edits an export's mask: the hosts that may use it. An empty list allows all.",
      {{"vbladectl mask e1.0", "list it"},
       {"vbladectl mask e1.0 add 00:80:c8:ca:ff:65", "allow this one"},
       {"vbladectl mask e1.0 remove 00:80:c8:ca:ff:65", "remove it again"},
       {"vbladectl mask e1.0 clear", "allow all"}});
  options.words("EXPORT", words,
                "its address, as in e1.0, then one of: list, add MAC..., remove MAC..., clear", 1);
  if (const auto ended = question.parse(options)) return *ended;
  auto parsed = export_words(invocation, words);
  if (!parsed) return cli::kUsage;
  if (parsed->verb == "delete") parsed->verb = "remove";  // the word that `aoe mask` had
  const bool edits = parsed->verb == "add" || parsed->verb == "remove";
  const bool known = edits || parsed->verb.empty() || parsed->verb == "clear";
  if (!known || edits == parsed->arguments.empty())
    return refuse_verb(invocation, "list, add MAC..., remove MAC..., clear");
  if (!are_macs(invocation, parsed->arguments)) return cli::kUsage;
  return change_export(question, "mask", *parsed, "mask");
}

}  // namespace vblade::ctl
