// aoe-conformance: tries the rules of the protocol on any AoE target and says which hold.
#include "base/json.h"
#include "base/text_table.h"
#include "tests/conformance/rule.h"

#include <cstdio>

#include <CLI/CLI.hpp>

namespace {

using conformance::Rule;
using conformance::Subject;

struct Outcome {
  const Rule* rule = nullptr;
  std::string verdict;  // "pass", "fail", "skip"
  std::string reason;
};

struct Options {
  std::string interface;
  std::string address;
  bool changes = false;
  bool json = false;
};

std::vector<const Rule*> all_rules() {
  using namespace conformance;
  std::vector<const Rule*> rules;
  for (const auto group :
       {header_rules(), config_rules(), ata_rules(), disk_rules(), mask_rules(), reserve_rules()}) {
    for (const Rule& rule : group) rules.push_back(&rule);
  }
  return rules;
}

Outcome try_rule(const Rule& rule, Subject& subject) {
  try {
    // Also shows whether the target is still there, and waits for one that is being started again.
    if (!subject.alive()) return {&rule, "fail", "the target is dead"};
    rule.check(subject);
    if (!subject.alive()) return {&rule, "fail", "the target is dead after it"};
  } catch (const conformance::Broken& broken) {
    return {&rule, "fail", broken.what};
  } catch (const conformance::NotOffered& missing) {
    return {&rule, "skip", missing.what};
  }
  return {&rule, "pass", ""};
}

void print_table(const std::vector<Outcome>& outcomes) {
  base::TextTable table({{"RESULT"}, {"SECTION"}, {"RULE"}, {"WHAT CAME"}});
  for (const Outcome& outcome : outcomes) {
    table.add_row({outcome.verdict, std::string(outcome.rule->section), std::string(outcome.rule->text),
                   outcome.reason});
  }
  std::fputs(table.text().c_str(), stdout);
}

void print_json(const std::vector<Outcome>& outcomes) {
  const auto row = [](const Outcome& outcome) -> base::Json {
    return base::Json::Fields{{"section", outcome.rule->section},
                              {"rule", outcome.rule->text},
                              {"result", outcome.verdict},
                              {"reason", outcome.reason}};
  };
  std::puts(base::Json::list_of(outcomes, row).indented_text().c_str());
}

int fail(const std::string& message) {
  std::fprintf(stderr, "aoe-conformance: %s\n", message.c_str());
  return 2;
}

int run(const Options& options) {
  const auto address = aoe::Address::parse(options.address);
  if (!address) return fail(address.error().message);
  auto link = net::PacketLink::open(options.interface, {.ether_type = aoe::kEtherType});
  if (!link) return fail(link.error().message);
  Subject subject(std::move(*link), *address);
  try {
    subject.meet();
  } catch (const conformance::Broken& broken) {
    return fail(fmt::format("{} on {}: {}", address->text(), options.interface, broken.what));
  }
  std::vector<Outcome> outcomes;
  for (const Rule* rule : all_rules()) {
    if (rule->effect == conformance::Effect::changes && !options.changes) {
      outcomes.push_back({rule, "skip", "changes the target: give --changes"});
    } else {
      outcomes.push_back(try_rule(*rule, subject));
    }
  }
  if (options.json) {
    print_json(outcomes);
  } else {
    print_table(outcomes);
  }
  const auto count = [&](std::string_view verdict) {
    return std::ranges::count(outcomes, verdict, &Outcome::verdict);
  };
  std::fflush(stdout);
  std::fprintf(stderr, "%td passed, %td failed, %td skipped\n", count("pass"), count("fail"), count("skip"));
  return count("fail") == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Tries the rules of the AoE protocol on a target. Exit: 0 all hold, 1 some do not, 2 could not try."};
  app.add_option("INTERFACE", options.interface, "Where the target answers")->required();
  app.add_option("SHELF.SLOT", options.address, "Its address, as in 1.0")->required();
  app.add_flag(
      "--changes", options.changes,
      "Also try what changes the target: config string, mask list, reservation and the last four sectors. "
      "They are put back, but do this to no disk that is in use");
  app.add_flag("--json", options.json, "One object a rule");
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
