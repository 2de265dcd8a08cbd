#include "base/log_relay.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <spdlog/details/log_msg_buffer.h>

namespace base::log {

using Message = spdlog::details::log_msg_buffer;

namespace {

std::size_t cost_of(const spdlog::details::log_msg& message) {
  return sizeof(Message) + message.payload.size();
}

}  // namespace

// The thread has its share, and so may outlive the object.
struct LogRelay::Shared {
  spdlog::sink_ptr reader;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Message> messages;
  std::size_t bytes = 0;
  std::uint64_t dropped = 0;  // since the last message that was not
  bool passing_on = false;
  bool ending = false;

  bool empty() const { return messages.empty() && dropped == 0 && !passing_on; }
  void push(const spdlog::details::log_msg& message) {
    bytes += cost_of(message);
    messages.emplace_back(message);
  }
  // Puts the number of those that were dropped where they would have been.
  void push_dropped() {
    const std::string text =
        fmt::format("{} message{} dropped: nobody read the log", dropped, dropped == 1 ? " was" : "s were");
    dropped = 0;
    push({logger_name, spdlog::level::warn, text});
  }
  std::string logger_name;
};

LogRelay::LogRelay(spdlog::sink_ptr reader) : shared_(std::make_shared<Shared>()) {
  shared_->reader = std::move(reader);
  thread_ = std::thread([shared = shared_] { run(*shared); });
}

LogRelay::~LogRelay() {
  bool at_work = false;
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->ending = true;
    at_work = shared_->passing_on || !shared_->messages.empty();
    shared_->changed.notify_all();
  }
  if (at_work) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void LogRelay::log(const spdlog::details::log_msg& message) {
  const std::scoped_lock lock(shared_->mutex);
  if (shared_->bytes + cost_of(message) > kMostBytes) {
    ++shared_->dropped;
    return;
  }
  shared_->logger_name.assign(message.logger_name.data(), message.logger_name.size());
  if (shared_->dropped > 0) shared_->push_dropped();
  shared_->push(message);
  shared_->changed.notify_all();
}

void LogRelay::set_pattern(const std::string& pattern) {
  shared_->reader->set_pattern(pattern);
}

void LogRelay::set_formatter(std::unique_ptr<spdlog::formatter> formatter) {
  shared_->reader->set_formatter(std::move(formatter));
}

bool LogRelay::wait_until_empty(std::chrono::steady_clock::time_point end) {
  std::unique_lock lock(shared_->mutex);
  return shared_->changed.wait_until(lock, end, [this] { return shared_->empty(); });
}

void LogRelay::run(Shared& shared) {
  std::unique_lock lock(shared.mutex);
  for (;;) {
    shared.changed.wait(lock,
                        [&] { return shared.ending || !shared.messages.empty() || shared.dropped > 0; });
    if (shared.messages.empty() && shared.dropped > 0) shared.push_dropped();
    if (shared.messages.empty()) return;
    const Message message = std::move(shared.messages.front());
    shared.messages.pop_front();
    shared.passing_on = true;
    lock.unlock();
    shared.reader->log(message);
    shared.reader->flush();
    lock.lock();
    shared.bytes -= cost_of(message);
    shared.passing_on = false;
    shared.changed.notify_all();
  }
}

}  // namespace base::log
