// Command: another program, run to its end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aoe_mount {

struct CommandResult {
  bool found = false;
  int status = 0;      // exit status; negative: ended by that signal
  std::string output;  // both streams
  // The last line that says something; "exit status N" when it said nothing.
  std::string last_line() const;
};

// Looks for the program along PATH, then in /usr/sbin and /sbin, which a service's PATH may lack. Empty: it
// is nowhere.
std::string find_program(std::string_view name);
// words[0] is looked up by find_program(). Standard input is /dev/null.
CommandResult run_command(const std::vector<std::string>& words);

}  // namespace aoe_mount
