// vbladectl reserve: who holds an export for itself.
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int reserve(const cli::Invocation& invocation) {
  Question question(invocation);
  std::vector<std::string> words;
  cli::Options options(invocation,
                       "Lists or changes the reservation of an export: only its holders may read and write.",
                       {{"vbladectl reserve e1.0", "who holds it?"},
                        {"vbladectl reserve e1.0 set 00:80:c8:ca:ff:65", "reserve it for this host"},
                        {"vbladectl reserve e1.0 release", "release it"}});
  options.words("EXPORT", words, "its address, as in e1.0, then one of: list, set MAC..., release", 1);
  if (const auto ended = question.parse(options)) return *ended;
  auto parsed = export_words(invocation, words);
  if (!parsed) return cli::kUsage;
  if (parsed->verb == "release") parsed->verb = "clear";  // as the server calls it
  const bool sets = parsed->verb == "set";
  const bool known = sets || parsed->verb.empty() || parsed->verb == "clear";
  if (!known || sets == parsed->arguments.empty())
    return refuse_verb(invocation, "list, set MAC..., release");
  if (!are_macs(invocation, parsed->arguments)) return cli::kUsage;
  return change_export(question, "reserve", *parsed, "reservation");
}

}  // namespace vblade::ctl
