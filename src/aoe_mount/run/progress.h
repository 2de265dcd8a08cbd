// Progress: reports what aoe-mount does while it happens. One line a step, with the time since the start;
// colour only on a terminal. Failures go to stderr, the rest to stdout.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace aoe_mount {

class Progress {
 public:
  enum class Level { step, ok, warning, error };
  using Sink = std::function<void(Level level, std::string_view line)>;

  explicit Progress(Sink sink) : sink_(std::move(sink)) {}
  // Writes to this process's stdout and stderr.
  static Progress on_terminal();

  // Something is about to be done.
  template <class... Args>
  void step(fmt::format_string<Args...> format, Args&&... args) {
    sink_(Level::step, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void ok(fmt::format_string<Args...> format, Args&&... args) {
    sink_(Level::ok, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) {
    sink_(Level::warning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    sink_(Level::error, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  Sink sink_;
};

}  // namespace aoe_mount
