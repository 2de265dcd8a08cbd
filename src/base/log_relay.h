// LogRelay: passes messages on to another sink in a thread of its own. A reader of the log that stands still
// (a system log, the other end of a pipe) then costs messages, and nobody waits for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>

#include <spdlog/sinks/sink.h>

namespace base::log {

class LogRelay final : public spdlog::sinks::sink {
 public:
  // Of messages that nobody has taken yet. What is beyond is dropped, and counted in a message of its own
  // when there is room again.
  static constexpr std::size_t kMostBytes = 256 * 1024;

  // Throws std::system_error when there can be no thread.
  explicit LogRelay(spdlog::sink_ptr reader);
  // Does not wait for the reader.
  ~LogRelay() override;

  void log(const spdlog::details::log_msg& message) override;
  void flush() override {}  // the thread does so whenever it has passed all on
  void set_pattern(const std::string& pattern) override;
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override;

  // Waits until all is passed on. False: it was not by then.
  bool wait_until_empty(std::chrono::steady_clock::time_point end);

 private:
  struct Shared;

  static void run(Shared& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace base::log
