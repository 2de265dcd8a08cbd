#include "base/log.h"

#include "base/log_relay.h"
#include "base/printable.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

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

// The lines of a message that are not empty.
std::vector<std::string_view> lines_of(const spdlog::details::log_msg& message) {
  std::vector<std::string_view> lines;
  std::string_view rest(message.payload.data(), message.payload.size());
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

// One message for each line: system logs show a line break within one as #012, or cut it there.
class SystemLog final : public spdlog::sinks::syslog_sink_st {
 public:
  explicit SystemLog(std::string name) : syslog_sink(std::move(name), 0, LOG_DAEMON, false) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    for (const std::string_view line : lines_of(message)) {
      spdlog::details::log_msg one = message;
      one.payload = {line.data(), line.size()};
      syslog_sink::sink_it_(one);
    }
  }
};

int severity_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::err:
      return LOG_ERR;
    case spdlog::level::warn:
      return LOG_WARNING;
    case spdlog::level::info:
      return LOG_INFO;
    default:
      return LOG_DEBUG;
  }
}

// systemd's journal at the other end of stderr: it takes the severity in front of each line, and adds the
// name itself.
class Journal final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    for (const std::string_view line : lines_of(message))
      fmt::print(stderr, "<{}>{}\n", severity_of(message.level), line);
  }
  void flush_() override { std::fflush(stderr); }
};

// systemd sets JOURNAL_STREAM to the device and inode of the stream; a descriptor that was redirected has
// others.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status{};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

std::vector<spdlog::sink_ptr> sinks_of(std::string_view name, Sink sink) {
  // The journal is the system's log as well: with both, it would have each message twice.
  if (sink == Sink::stderr_and_syslog && stderr_is_journal()) return {std::make_shared<Journal>()};
  auto terminal = std::make_shared<spdlog::sinks::stderr_sink_st>();
  terminal->set_pattern("%n: %v");
  std::vector<spdlog::sink_ptr> sinks{terminal};
  if (sink == Sink::stderr_and_syslog) sinks.push_back(std::make_shared<SystemLog>(std::string(name)));
  return sinks;
}

using Relays = std::vector<std::shared_ptr<LogRelay>>;

// Those of write_in_background().
Relays& relays() {
  static Relays all;
  return all;
}

}  // namespace

void open(std::string_view name, Sink sink, Level least) {
  relays().clear();
  const std::vector<spdlog::sink_ptr> sinks = sinks_of(name, sink);
  auto logger = std::make_shared<spdlog::logger>(std::string(name), sinks.begin(), sinks.end());
  logger->set_level(to_spdlog(least));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

Result<> write_in_background() {
  try {
    for (spdlog::sink_ptr& sink : spdlog::default_logger_raw()->sinks()) {
      auto relay = std::make_shared<LogRelay>(sink);
      relays().push_back(relay);
      sink = std::move(relay);
    }
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), "cannot start a thread for the log");
  }
  return {};
}

bool flush(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  bool all = true;
  for (const auto& relay : relays()) all = relay->wait_until_empty(end) && all;
  return all;
}

void set_level(Level least) {
  spdlog::default_logger_raw()->set_level(to_spdlog(least));
}

void write(Level level, std::string_view line) {
  spdlog::default_logger_raw()->log(to_spdlog(level), legible_lines(line));
}

}  // namespace base::log
