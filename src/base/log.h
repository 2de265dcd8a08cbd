// The program's log: stderr always, syslog when it runs as a service. Where systemd has connected stderr with
// the journal, a service writes there only, with the severity of each line. spdlog stays behind this header,
// so that its templates are compiled once.
#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace base::log {

enum class Level { debug, info, warning, error };

enum class Sink { stderr_only, stderr_and_syslog };

// `name` stands before each line and is the syslog identity. Call once, first thing in main().
void open(std::string_view name, Sink sink, Level least = Level::info);
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
