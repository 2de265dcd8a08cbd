// Invocation: how a command was called, and how it complains and ends.
#pragma once

#include "base/printable.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace cli {

// Exit statuses. The classic tools know only 0 and 1; scripts rely on that.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;    // the words or the configuration are wrong
inline constexpr int kPartial = 3;  // up, but degraded, or without what is not required

struct Invocation {
  std::string name;                // how it names itself in messages and usage: "aoe-stat", "aoe scan"
  std::vector<std::string> words;  // what follows the command's name
};

// "NAME: message" on stderr; returns kFailed, so that a command can end with it.
template <class... Args>
int complain(const Invocation& invocation, fmt::format_string<Args...> format, Args&&... args) {
  fmt::print(stderr, "{}: {}\n", invocation.name,
             base::legible_lines(fmt::format(format, std::forward<Args>(args)...)));
  return kFailed;
}

}  // namespace cli
