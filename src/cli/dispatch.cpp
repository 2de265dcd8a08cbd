#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/spelling.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

namespace cli {

namespace {

using Words = std::vector<std::string>;

const Command* find(const Program& program, std::string_view word) {
  const auto found = std::ranges::find(program.commands, word, &Command::name);
  return found == program.commands.end() ? nullptr : &*found;
}

// By the name of a program that it replaces, or by PROGRAM-NAME.
const Command* find_by_program(const Program& program, std::string_view called) {
  const auto found = std::ranges::find(program.commands, called, &Command::classic);
  if (found != program.commands.end() && !called.empty()) return &*found;
  const std::string prefix = fmt::format("{}-", program.name);
  return called.starts_with(prefix) ? find(program, called.substr(prefix.size())) : nullptr;
}

// Takes the options off the front of `words` that every command has.
Words take_common_options(const Program& program, Words& words) {
  auto at = words.begin();
  while (at != words.end()) {
    const std::string_view name = std::string_view(*at).substr(0, at->find('='));
    const auto option = std::ranges::find(program.options, name, &CommonOption::name);
    if (option == program.options.end()) break;
    const bool value_follows = !option->value.empty() && name.size() == at->size();
    ++at;
    if (value_follows && at != words.end()) ++at;
  }
  Words common(words.begin(), at);
  words.erase(words.begin(), at);
  return common;
}

int refuse(const Program& program, const std::string& word) {
  const bool is_option = word.starts_with('-');
  Words known{is_option ? "--help" : "help"};
  for (const Command& command : program.commands) {
    if (command.name.starts_with('-') == is_option) known.emplace_back(command.name);
  }
  if (is_option) {
    known.emplace_back("--version");
    for (const CommonOption& option : program.options) known.emplace_back(option.name);
  }
  const std::string_view kind = is_option ? "option" : "command";
  fmt::print(stderr, "{0}: there is no {1} '{2}'{3}\n{0}: '{0} help' lists the commands\n", program.name,
             kind, word, did_you_mean(word, known));
  return kUsage;
}

int run_command(const Program& program, const Command& command, Words words) {
  return command.run({full_name(program, command), std::move(words)});
}

int help(const Program& program, const Words& words) {
  if (words.size() < 2 || words[1] == "--help") {
    fmt::print("{}", overview(program));
    return kDone;
  }
  const Command* command = find(program, words[1]);
  return command ? run_command(program, *command, {"--help"}) : refuse(program, words[1]);
}

int version(const Program& program) {
  if (const Command* command = find(program, "version")) return run_command(program, *command, {});
  fmt::print("{} {}\n", program.name, base::version());
  return kDone;
}

int without_command(const Program& program) {
  if (!program.state) {
    fmt::print(stderr, "{}", overview(program));
    return kUsage;
  }
  fmt::print("{}\n\n{}", program.state(), overview(program));
  return kDone;
}

int dispatch(const Program& program, std::string_view called, Words words) {
  called.remove_prefix(called.find_last_of('/') + 1);
  if (const Command* command = find_by_program(program, called))
    return command->run({std::string(called), std::move(words)});
  Words common = take_common_options(program, words);
  if (words.empty()) return without_command(program);
  std::string word = words.front();
  if (word == "help" || word == "--help" || word == "-h") return help(program, words);
  if (word == "--version" || word == "-V") return version(program);
  words.erase(words.begin());
  if (const std::size_t value = word.find('='); word.starts_with("--") && value != word.npos) {
    words.insert(words.begin(), word.substr(value + 1));
    word.resize(value);
  }
  const Command* command = find(program, word);
  if (!command) return refuse(program, word);
  common.insert(common.end(), words.begin(), words.end());
  return run_command(program, *command, std::move(common));
}

}  // namespace

std::string full_name(const Program& program, const Command& command) {
  return command.classic.empty() ? fmt::format("{} {}", program.name, command.name)
                                 : std::string(command.classic);
}

std::string overview(const Program& program) {
  std::vector<HelpRow> options, commands;
  for (const Command& command : program.commands) {
    auto& rows = command.name.starts_with('-') ? options : commands;
    rows.push_back({std::string(command.name), std::string(command.purpose)});
  }
  for (const CommonOption& option : program.options) {
    options.push_back({fmt::format("{}{}{}", option.name, option.value.empty() ? "" : " ", option.value),
                       std::string(option.purpose)});
  }
  options.push_back({"-h, --help", "show this help"});
  options.push_back({"-V, --version", "show the version"});
  std::string text =
      fmt::format("{}\nUsage: {} [OPTIONS] COMMAND [WORD...]\n", program.purpose, program.name);
  text += help_table("Commands", commands) + help_table("Options", options);
  if (!program.examples.empty()) text += '\n' + examples_text(program.examples);
  text += fmt::format("\n'{0} COMMAND --help' or '{0} help COMMAND' explains one, with examples.\n",
                      program.name);
  if (!program.note.empty()) text += fmt::format("{}\n", program.note);
  return text;
}

int run(const Program& program, int argc, char** argv) {
  try {
    const std::string_view called = argc > 0 ? std::string_view(argv[0]) : program.name;
    const int status = dispatch(program, called, {argv + (argc > 0 ? 1 : 0), argv + argc});
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    fmt::print(stderr, "{}: cannot write the output: {}\n", program.name, std::strerror(errno));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", program.name, error.what());
  }
  return kFailed;
}

}  // namespace cli
