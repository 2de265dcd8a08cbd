#include "aoetools/wire/target_words.h"

#include "base/units.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace aoetools {

void TargetWords::add_to(Options& options, const std::string& verbs) {
  options.values("-i,--interface", interfaces, "NAME", "use only these; names or patterns")
      .duration("-t,--timeout", timeout, "wait this long for the answer")
      .flag("--json", json, "print the list as JSON")
      .words("TARGET", words, "the target, as in e1.0, then one of " + verbs, 1);
}

bool TargetWords::parse_words(const Invocation& invocation, const std::vector<std::string>& verbs,
                              const std::map<std::string, std::string>& old_words) {
  const auto parsed = aoe::Address::parse(words[0]);
  if (!parsed) {
    complain(invocation, "{}", parsed.error().message);
    return false;
  }
  address = *parsed;
  verb = words.size() > 1 ? words[1] : "list";
  if (const auto old = old_words.find(verb); old != old_words.end()) verb = old->second;
  if (std::ranges::find(verbs, verb) == verbs.end()) {
    complain(invocation, "'{}' is none of {}", verb, fmt::join(verbs, ", "));
    return false;
  }
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto mac = base::MacAddress::parse(words[i]);
    if (!mac) {
      complain(invocation, "{}", mac.error().message);
      return false;
    }
    macs.push_back(*mac);
  }
  if (macs.size() > 255) {
    complain(invocation, "{} addresses do not fit one request; 255 do", macs.size());
    return false;
  }
  return true;
}

std::optional<Answer> TargetWords::ask(const Invocation& invocation, Wire& wire,
                                       const Inquiry::MakeFrame& make) const {
  Inquiry inquiry(wire, Tags().next());
  auto answer = inquiry.ask(address, base::MacAddress::broadcast(), Wire::Clock::now() + timeout, make);
  if (!answer) {
    complain(invocation,
             "{} did not answer within {} on {}: it is not there, or its mask leaves this machine out",
             address.text(), base::duration_text(timeout), wire.names());
  } else if (answer->response.failed()) {
    complain(invocation, "{} refuses: {}", address.text(), aoe::error_text(answer->response.header.error));
    answer.reset();
  }
  return answer;
}

void TargetWords::print(const std::vector<base::MacAddress>& list, std::string_view empty_means) const {
  if (json) {
    std::vector<std::string> texts;
    for (const auto& mac : list) texts.push_back('"' + mac.text() + '"');
    fmt::print("{{\"target\": \"{}\", \"macs\": [{}]}}\n", address.text(), fmt::join(texts, ", "));
    return;
  }
  if (list.empty()) fmt::print("{}: {}\n", address.text(), empty_means);
  for (const auto& mac : list) fmt::print("{}\n", mac.text());
}

std::optional<aoe::Address> address_in_one_word(const std::string& word) {
  const auto address = word.starts_with('e') ? aoe::Address::parse(word) : base::fail("{}", word);
  if (!address || net::find_interface(word)) return std::nullopt;
  return *address;
}

std::optional<std::vector<aoe::Address>> addresses_of(const Invocation& invocation,
                                                      const std::vector<std::string>& words) {
  std::vector<aoe::Address> addresses;
  for (const auto& word : words) {
    const auto address = aoe::Address::parse(word);
    if (!address) {
      complain(invocation, "{}", address.error().message);
      return std::nullopt;
    }
    addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace aoetools
