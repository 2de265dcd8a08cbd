#include "base/log.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
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

// One message for each line: system logs show a line break within one as #012, or cut it there.
class SystemLog final : public spdlog::sinks::syslog_sink_st {
 public:
  explicit SystemLog(std::string name) : syslog_sink(std::move(name), 0, LOG_DAEMON, false) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::string_view rest(message.payload.data(), message.payload.size());
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      spdlog::details::log_msg one = message;
      one.payload = {line.data(), line.size()};
      if (!line.empty()) syslog_sink::sink_it_(one);
    }
  }
};

}  // namespace

void open(std::string_view name, Sink sink, Level least) {
  auto terminal = std::make_shared<spdlog::sinks::stderr_sink_st>();
  terminal->set_pattern("%n: %v");
  std::vector<spdlog::sink_ptr> sinks{terminal};
  if (sink == Sink::stderr_and_syslog) {
    sinks.push_back(std::make_shared<SystemLog>(std::string(name)));
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
