// aoe cfg (aoecfg): reads, tests and sets the config string that a target carries.
#include "aoetools/command_line/invocation.h"
#include "aoetools/wire/inquiry.h"
#include "aoetools/wire/target_words.h"
#include "base/json.h"
#include "base/number.h"
#include "base/printable.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <unistd.h>

namespace aoetools {

namespace {

using std::chrono::seconds;

constexpr std::string_view kUse = "usage: aoecfg [-c cmd] [-s cfgstr] [-t timeout] [shelf slot] [net]\n";
// The classic tool waits for ever unless told otherwise.
constexpr seconds kTimeoutUnlessTold{5};

struct Question {
  aoe::ConfigCommand command = aoe::ConfigCommand::read;
  std::string text;
  std::optional<seconds> timeout;
  aoe::Address address = aoe::Address::broadcast();
  std::vector<std::string> interfaces = {"eth0"};  // empty: all
  bool json = false;
};

int usage() {
  fmt::print(stderr, "{}", kUse);
  return kFailed;
}

bool parse_command(std::string_view word, aoe::ConfigCommand& command) {
  constexpr std::array<std::string_view, 5> kNames{"read", "test", "prefix", "set", "fset"};
  const auto found = std::ranges::find(kNames, word);
  command = static_cast<aoe::ConfigCommand>(found - kNames.begin());
  return found != kNames.end();
}

// [shelf slot] [interface], or an address in one word and the interfaces to ask on.
bool parse_place(const std::vector<std::string>& words, Question& question) {
  if (const auto address = words.empty() ? std::nullopt : address_in_one_word(words[0])) {
    question.address = *address;
    question.interfaces.assign(words.begin() + 1, words.end());
    return true;
  }
  if (words.size() > 3) return false;
  if (words.size() == 1 || words.size() == 3) question.interfaces = {words.back()};
  if (words.size() < 2) return true;
  const auto shelf = base::parse_number(words[0]);
  const auto slot = base::parse_number(words[1]);
  if (!shelf || !slot || *shelf > aoe::Address::kAllShelves || *slot > aoe::Address::kAllSlots) return false;
  question.address = {static_cast<std::uint16_t>(*shelf), static_cast<std::uint8_t>(*slot)};
  return true;
}

// Scripts have always been told about a refusal in these words.
std::string_view refusal(aoe::AoeError error) {
  switch (error) {
    case aoe::AoeError::bad_command:
      return "*badcmd*";
    case aoe::AoeError::bad_argument:
      return "*badarg*";
    case aoe::AoeError::unavailable:
      return "*baddev*";
    case aoe::AoeError::config_present:
      return "*badcfg*";
    case aoe::AoeError::bad_version:
      return "*badvers*";
    default:
      return "*GOK*";
  }
}

base::Json answer_json(const aoe::Response& response) {
  const auto* config = std::get_if<aoe::ConfigReply>(&response.body);
  base::Json text, refused;
  if (response.failed()) {
    refused = refusal(response.header.error);
  } else {
    text = config ? base::printable(config->text) : "";
  }
  return base::Json::Fields{
      {"target", response.header.address.text()}, {"config", text}, {"refusal", refused}};
}

void print(const Question& question, const aoe::Response& response) {
  std::string line;
  if (question.address.is_broadcast()) {
    line = fmt::format("{}.{}\t", response.header.address.shelf, response.header.address.slot);
  }
  if (const auto* config = std::get_if<aoe::ConfigReply>(&response.body)) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;  // foreign bytes could steer it
    line += terminal ? base::printable(config->text)
                     : std::string(reinterpret_cast<const char*>(config->text.data()), config->text.size());
  } else if (response.failed()) {
    line += refusal(response.header.error);
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

int ask(const Invocation& invocation, const Question& question) {
  auto wire = Wire::open(question.interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  Inquiry inquiry(*wire, Tags().next());
  const auto deadline = Wire::Clock::now() + question.timeout.value_or(kTimeoutUnlessTold);
  const auto make = [&](const aoe::Envelope& envelope) {
    return aoe::config_request(envelope, question.command, std::as_bytes(std::span(question.text)));
  };
  const auto everywhere = base::MacAddress::broadcast();
  base::Json::List answers;
  const auto take = [&](const aoe::Response& response) {
    answers.push_back(answer_json(response));
    if (!question.json) print(question, response);
  };
  if (question.address.is_broadcast()) {
    inquiry.send(question.address, everywhere, make);
    while (const auto answer = inquiry.next(question.address, deadline)) {
      take(answer->response);
    }
  } else if (const auto answer = inquiry.ask(question.address, everywhere, deadline, make)) {
    take(answer->response);
  }
  const bool answered = !answers.empty();
  if (question.json) fmt::print("{}\n", base::Json(std::move(answers)).indented_text());
  // A caller that names a time-out has always got status 0 at its end.
  if (answered || question.timeout) return kDone;
  return complain(invocation, "no answer within {} s; -t sets another time-out", kTimeoutUnlessTold.count());
}

}  // namespace

int cfg(const Invocation& invocation) {
  Question question;
  std::string command = "read", timeout;
  std::vector<std::string> words;
  Options options(
      invocation,
      "Reads, tests or sets the config string of targets, from user space.\n"
      "Targets refuse with *badcmd*, *badarg*, *baddev*, *badcfg* (a string is set already), *badvers*.",
      {{"aoecfg", "print the strings of all targets on eth0"},
       {"aoe cfg e1.0", "print the string of e1.0"},
       {"aoecfg 1 0 eth1", "print the string of e1.0, over eth1"},
       {"aoecfg -c set -s web 1 0 eth1", "set it if none is set"},
       {"aoecfg -c fset -s '' 1 0 eth1", "clear it"},
       {"aoecfg -t 2 -c prefix -s web eth1", "list the targets whose string begins with web"}});
  options.value("-c", command, "CMD", "read, test, prefix, set or fset")
      .value("-s", question.text, "TEXT", "the config string, at most 1024 bytes")
      .value("-t", timeout, "SECONDS",
             fmt::format("wait this many seconds for answers (default: {})", kTimeoutUnlessTold.count()))
      .flag("--json", question.json, "print JSON")
      .words("WORD", words, "e1.0 [INTERFACE...], or [SHELF SLOT] [INTERFACE]; default: all targets on eth0");
  if (const auto status = options.parse(kFailed)) return *status;
  if (!parse_command(command, question.command) || !parse_place(words, question)) return usage();
  if (!timeout.empty()) {
    const auto number = base::parse_number(timeout);
    if (!number || *number < 1 || *number > 86400) {
      complain(invocation, "-t {} is not a number of seconds in 1..86400", timeout);
      return usage();
    }
    question.timeout = seconds(*number);
  }
  if (question.text.size() > aoe::kMaxConfigString) {
    return complain(invocation, "the config string has {} bytes; a target can hold {}", question.text.size(),
                    aoe::kMaxConfigString);
  }
  const bool is_everywhere = question.address.is_broadcast();
  if (is_everywhere && words.size() == 1 && !net::find_interface(words[0])) {
    fmt::print(stderr, "aoecfg Error: \"{}\" is not a valid network interface\n", words[0]);
    return usage();
  }
  return ask(invocation, question);
}

}  // namespace aoetools
