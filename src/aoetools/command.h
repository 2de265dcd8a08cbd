// Command: one row of the table that `aoe` is made of. A command has one file of its own, named for it.
#pragma once

#include "aoetools/command_line/invocation.h"

#include <span>
#include <string_view>

namespace aoetools {

struct Command {
  std::string_view name;     // aoe NAME
  std::string_view classic;  // the program of the classic aoetools that it replaces; empty: it is new
  std::string_view purpose;  // one line for the overview
  int (*run)(const Invocation&);
};

std::span<const Command> commands();
// By `aoe NAME`, by the classic program's name or by aoe-NAME; nullptr when there is none.
const Command* find_command(std::string_view word);
const Command* find_program(std::string_view program);

// What `aoe` without a command does, and `aoe help`.
int overview(const Invocation&);

}  // namespace aoetools
