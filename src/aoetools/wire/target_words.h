// Words that the commands which talk to targets have in common: `aoe mask`, `aoe reserve`, `aoe scan`, ...
#pragma once

#include "aoetools/command_line/invocation.h"
#include "aoetools/wire/inquiry.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aoetools {

struct TargetWords {
  std::vector<std::string> interfaces;
  std::chrono::milliseconds timeout{2000};
  bool json = false;
  std::vector<std::string> words;  // TARGET VERB MAC...

  aoe::Address address;  // the rest is filled by parse_words()
  std::string verb;      // "list" when none was given
  std::vector<base::MacAddress> macs;

  void add_to(Options& options, const std::string& verbs);
  // False: told on stderr what makes no sense.
  // `old_words`: what a verb was called before.
  bool parse_words(const Invocation& invocation, const std::vector<std::string>& verbs,
                   const std::map<std::string, std::string>& old_words = {});
  // The answer, or told on stderr why there is none.
  std::optional<Answer> ask(const Invocation& invocation, Wire& wire, const Inquiry::MakeFrame& make) const;
  // One MAC a line, or the JSON of it.
  void print(const std::vector<base::MacAddress>& list, std::string_view empty_means) const;
};

// "e1.0", as opposed to the classic "1 0"; not where an interface has this name.
std::optional<aoe::Address> address_in_one_word(const std::string& word);

// nullopt: told on stderr which of the words is no address.
std::optional<std::vector<aoe::Address>> addresses_of(const Invocation& invocation,
                                                      const std::vector<std::string>& words);

}  // namespace aoetools
