// Command: one row of the table that `aoe` is made of. A command has one file of its own, named for it.
#pragma once

#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace aoetools {

// Exit statuses. The classic tools know only 0 and 1; scripts rely on that.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;  // new commands only: the words made no sense

// How a command was called.
struct Invocation {
  std::string name;                // how it names itself in messages and usage: "aoe-stat", "aoe scan"
  std::vector<std::string> words;  // what follows the command's name
};

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

// "NAME: message" on stderr; returns kFailed, so that a command can end with it.
template <class... Args>
int complain(const Invocation& invocation, fmt::format_string<Args...> format, Args&&... args) {
  fmt::print(stderr, "{}: {}\n", invocation.name, fmt::format(format, std::forward<Args>(args)...));
  return kFailed;
}

}  // namespace aoetools
