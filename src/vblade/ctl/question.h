// Question: what the commands of vbladectl have in common: where the server listens, and how its answer is
// printed.
#pragma once

#include "aoe/address.h"
#include "base/json.h"
#include "cli/command.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vblade {

inline constexpr auto kQuestionOptions = std::to_array<cli::CommonOption>({
    {"--socket", "PATH", "the server's control socket"},
    {"--json", "", "print the server's answer as JSON"},
    {"--prometheus", "", "print metrics for node_exporter's textfile collector"},
});

class Question {
 public:
  explicit Question(const cli::Invocation& invocation) : invocation_(invocation) {}

  // Parses the options of the command together with those of every command; as cli::Options::parse().
  std::optional<int> parse(cli::Options& options);

  // nullopt: nobody answers, or the server refuses; stderr says which.
  std::optional<base::Json> ask(const std::vector<std::string>& words) const;
  // As JSON or for Prometheus where that was asked for, else as `text` makes it of the answer.
  void print(const base::Json& answer, const std::function<std::string(const base::Json&)>& text) const;

  bool json() const { return json_; }

 private:
  const cli::Invocation& invocation_;
  std::string socket_ = "/run/vblade/vblade.sock";
  bool json_ = false;
  bool prometheus_ = false;
};

// kDone, or kPartial: an export is left out, or is served no longer.
int health(const base::Json& status);

// EXPORT [VERB ARGUMENT...] of `config`, `mask` and `reserve`.
struct ExportWords {
  aoe::Address address;
  std::string verb;  // empty: list
  std::vector<std::string> arguments;
};
// nullopt: EXPORT is no address; stderr says so.
std::optional<ExportWords> export_words(const cli::Invocation& invocation,
                                        const std::vector<std::string>& words);

// What follows EXPORT is not one of `known`; returns kUsage.
int refuse_verb(const cli::Invocation& invocation, const char* known);

// True when all are MAC addresses; stderr says which is none.
bool are_macs(const cli::Invocation& invocation, const std::vector<std::string>& words);

// Lets the server do `command` to the export, and prints what is then behind `key` in its status.
int change_export(const Question& question, const char* command, const ExportWords& words, const char* key);

}  // namespace vblade
