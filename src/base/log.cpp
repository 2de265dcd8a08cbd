#include "base/log.h"

#include <memory>
#include <string>
#include <vector>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>

namespace base::log {

namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void open(std::string_view name, Sink sink, Level least) {
  auto terminal = std::make_shared<spdlog::sinks::stderr_sink_st>();
  terminal->set_pattern("%n: %v");
  std::vector<spdlog::sink_ptr> sinks{terminal};
  if (sink == Sink::stderr_and_syslog) {
    auto system = std::make_shared<spdlog::sinks::syslog_sink_st>(std::string(name), 0, LOG_DAEMON, true);
    system->set_pattern("%v");
    sinks.push_back(system);
  }
  auto logger = std::make_shared<spdlog::logger>(std::string(name), sinks.begin(), sinks.end());
  logger->set_level(to_spdlog(least));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void set_level(Level least) {
  spdlog::default_logger_raw()->set_level(to_spdlog(least));
}

void write(Level level, std::string_view line) {
  spdlog::default_logger_raw()->log(to_spdlog(level), line);
}

}  // namespace base::log
