// FakeEngine: an engine that a test drives by hand. It keeps the order of all that it is asked, says "would
// block" unless told otherwise, and completes an operation when the test says so, as it says.
#pragma once

#include "disk/engine.h"

#include <deque>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace disk {

class FakeEngine : public Engine {
 public:
  bool reads_from_cache = false;  // try_now() of reads succeeds
  bool late = false;              // is_late()
  bool writes_to_cache = false;   // of writes
  std::vector<std::string>
      log;  // "read 0+8", "now write 8+2", "sync", "write back", "write back 8+2", "inquire", "push"
  std::deque<Operation*> in_flight;

  int fd() const override { return -1; }
  bool try_now(Operation& operation) override {
    const bool can = operation.kind == Operation::Kind::read    ? reads_from_cache
                     : operation.kind == Operation::Kind::write ? writes_to_cache
                                                                : false;
    if (!can) return false;
    log.push_back("now " + text(operation));
    operation.result = static_cast<std::int64_t>(operation.bytes);
    return true;
  }
  bool is_late(const Volume& /*volume*/) const override { return late; }
  void start(Operation& operation) override {
    log.push_back(text(operation));
    in_flight.push_back(&operation);
  }
  void push() override { log.push_back("push"); }
  Operation* reap() override {
    if (finished_.empty()) return nullptr;
    Operation* operation = finished_.front();
    finished_.pop_front();
    return operation;
  }

  // The operation `at` places behind the oldest is done: whole, or with this result. It goes to its owner at
  // the next reap().
  Operation& complete(std::size_t at = 0) {
    return complete_with(static_cast<std::int64_t>(in_flight.at(at)->bytes), at);
  }
  Operation& complete_with(std::int64_t result, std::size_t at = 0) {
    Operation& operation = *in_flight.at(at);
    in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(at));
    operation.result = result;
    finished_.push_back(&operation);
    return operation;
  }

 private:
  static std::string text(const Operation& operation) {
    switch (operation.kind) {
      case Operation::Kind::read:
        return fmt::format("read {}+{}", operation.offset / 512, operation.bytes / 512);
      case Operation::Kind::write:
        return fmt::format("write {}+{}", operation.offset / 512, operation.bytes / 512);
      case Operation::Kind::sync:
        return "sync";
      case Operation::Kind::write_back:
        return operation.bytes == 0
                   ? "write back"
                   : fmt::format("write back {}+{}", operation.offset / 512, operation.bytes / 512);
      case Operation::Kind::inquire:
        return "inquire";
      case Operation::Kind::punch:
        return fmt::format("punch {}+{}", operation.offset / 512, operation.bytes / 512);
    }
    return "?";
  }

  std::deque<Operation*> finished_;
};

}  // namespace disk
