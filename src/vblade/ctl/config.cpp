// vbladectl config: an export's config string.
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

namespace vblade::ctl {

int config(const cli::Invocation& invocation) {
  Question question(invocation);
  std::vector<std::string> words;
  cli::Options options(invocation, "Prints or changes the config string of an export.",
                       {{"vbladectl config e1.0", "print it"},
                        {"vbladectl config e1.0 set 'root disk'", "change it"},
                        {"vbladectl config e1.0 clear", "make it empty"}});
  options.words("EXPORT", words, "its address, as in e1.0, then one of: list, set TEXT, clear", 1);
  if (const auto ended = question.parse(options)) return *ended;
  const auto parsed = export_words(invocation, words);
  if (!parsed) return cli::kUsage;
  const std::size_t wanted = parsed->verb == "set" ? 1 : 0;
  const bool known = parsed->verb.empty() || parsed->verb == "set" || parsed->verb == "clear";
  if (!known || parsed->arguments.size() != wanted) return refuse_verb(invocation, "list, set TEXT, clear");
  return change_export(question, "config", *parsed, "config_string");
}

}  // namespace vblade::ctl
