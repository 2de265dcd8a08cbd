// The program's log: stderr always, syslog when it runs as a service. Where systemd has connected stderr with
// the journal, a service writes there only, with the severity of each line. spdlog stays behind this header,
// so that its templates are compiled once.
#pragma once

#include "base/result.h"

#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace base::log {

enum class Level { debug, info, warning, error };

enum class Sink { stderr_only, stderr_and_syslog };

// `name` stands before each line and is the syslog identity. Call once, first thing in main().
void open(std::string_view name, Sink sink, Level least = Level::info);
// From now on nobody who writes waits for a reader of the log: what a reader does not take in time is
// dropped, and counted. Call it when the process has all its rights and forks no more.
Result<> write_in_background();
// For the last lines before an end.
inline constexpr std::chrono::milliseconds kLastLines{100};
// Gives the messages so far that time to reach their readers. False: one of them does not read.
bool flush(std::chrono::milliseconds limit = kLastLines);
void set_level(Level least);
void write(Level level, std::string_view line);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace base::log
