// aoe: the initiator's tools in one program. `aoe COMMAND ...`, or by a command's own name (aoe-stat,
// aoecfg).
#include "aoetools/command.h"

#include <cstdio>
#include <cstring>
#include <exception>

namespace {

using aoetools::Command;

int dispatch(std::string_view program, std::vector<std::string> words) {
  program.remove_prefix(program.find_last_of('/') + 1);
  if (const Command* command = aoetools::find_program(program)) {
    return command->run({std::string(program), std::move(words)});
  }
  if (words.empty() || words.front() == "help" || words.front() == "--help" || words.front() == "-h") {
    return aoetools::overview({"aoe", std::move(words)});
  }
  const std::string word = words.front();
  words.erase(words.begin());
  if (word == "--version") return aoetools::find_command("version")->run({"aoe-version", {}});
  if (const Command* command = aoetools::find_command(word)) {
    const bool is_new = command->classic.empty();
    return command->run({is_new ? "aoe " + word : std::string(command->classic), std::move(words)});
  }
  fmt::print(stderr, "aoe: there is no command '{}'; 'aoe help' lists them\n", word);
  return aoetools::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = dispatch(argc > 0 ? argv[0] : "aoe", {argv + (argc > 0 ? 1 : 0), argv + argc});
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    fmt::print(stderr, "aoe: cannot write the output: {}\n", std::strerror(errno));
  } catch (const std::exception& error) {
    fmt::print(stderr, "aoe: {}\n", error.what());
  }
  return aoetools::kFailed;
}
