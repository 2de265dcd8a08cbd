// Command: one row of the table that a program is made of. A command has one file of its own, named for it.
#pragma once

#include "cli/invocation.h"
#include "cli/options.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct Command {
  std::string_view name;     // PROGRAM NAME; with -- in front, it is called as an option
  std::string_view purpose;  // one line for the overview
  int (*run)(const Invocation&);
  std::string_view classic = {};  // another program's name that it answers to
};

// An option of every command, which may stand before the command's name, too.
struct CommonOption {
  std::string_view name;   // "--socket"
  std::string_view value;  // "PATH"; empty: a flag
  std::string_view purpose;
};

struct Program {
  std::string_view name;
  std::string_view purpose;
  std::span<const Command> commands;  // `help` and --version come by themselves, unless one is among them
  std::span<const CommonOption> options = {};
  std::vector<Example> examples = {};
  std::string_view note = {};        // ends the overview
  std::string (*state)() = nullptr;  // what it says, above the overview, when called without a command; then
                                     // that is no mistake
};

// The program's main(): finds the command and runs it. Exceptions and output that cannot be written are
// failures.
int run(const Program& program, int argc, char** argv);

// "aoe-stat", "aoe scan": as a command is called in messages.
std::string full_name(const Program& program, const Command& command);

// The text that `PROGRAM help` prints.
std::string overview(const Program& program);

}  // namespace cli
