// Story: what aoe-mount does, told while it happens. One line a step, with the time since the start; colour
// only on a terminal. Failures go to stderr, the rest to stdout.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace aoe_mount {

class Story {
 public:
  enum class Mood { step, good, warning, bad };
  using Teller = std::function<void(Mood mood, std::string_view line)>;

  explicit Story(Teller teller) : teller_(std::move(teller)) {}
  // On this process's stdout and stderr.
  static Story on_terminal();

  // About to do something.
  template <class... Args>
  void step(fmt::format_string<Args...> format, Args&&... args) {
    teller_(Mood::step, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void good(fmt::format_string<Args...> format, Args&&... args) {
    teller_(Mood::good, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) {
    teller_(Mood::warning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void bad(fmt::format_string<Args...> format, Args&&... args) {
    teller_(Mood::bad, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  Teller teller_;
};

}  // namespace aoe_mount
