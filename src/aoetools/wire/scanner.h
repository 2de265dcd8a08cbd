// Scanner: asks for targets on a Wire, who they are, and how large a frame really gets through to them and
// back.
#pragma once

#include "aoetools/wire/census.h"
#include "aoetools/wire/tags.h"
#include "aoetools/wire/wire.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace aoetools {

class Scanner {
 public:
  // Told while a scan lasts, some times a second.
  using Progress = std::function<void(std::size_t targets, std::chrono::milliseconds since_start)>;

  explicit Scanner(Wire& wire, Progress progress = {}) : wire_(wire), progress_(std::move(progress)) {}

  // Asks `wanted`, or everybody when empty. Listens for `timeout`, and longer only for those who still owe an
  // answer: at most twice that and a second. Lost frames are asked again.
  std::vector<TargetFound> scan(std::span<const aoe::Address> wanted, std::chrono::milliseconds timeout);

 private:
  using Clock = Wire::Clock;
  enum class Kind { identify, probe };
  struct Question {
    Kind kind;
    aoe::Address address;
    std::size_t port;
    base::MacAddress mac;
    unsigned sectors;  // of a probe
    int asks_left;
    Clock::time_point ask_at;
  };

  void ask_everybody(std::span<const aoe::Address> wanted);
  void ask(Kind kind, const TargetPath& path, aoe::Address address, unsigned sectors, int asks);
  void send(std::uint32_t tag, const Question& question);
  void ask_again_where_due();
  void give_up(const Question& question);
  std::optional<Question> answered_by(const aoe::Header& header, std::size_t port);
  void take(const Wire::Heard& heard);
  void take_answer(const Question& question, const aoe::Response& response);
  Clock::time_point next_event() const;

  Wire& wire_;
  Progress progress_;
  Tags tags_;
  Census census_;
  using Questions = std::map<std::uint32_t, Question>;  // by tag
  Questions questions_;
  Questions given_up_;  // an answer that comes after all still counts: a busy machine is no broken one
};

}  // namespace aoetools
