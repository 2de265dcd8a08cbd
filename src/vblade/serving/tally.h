// Tally: something that can happen as often as the wire carries, and that the log is to tell of all the same:
// the first time at once, then a sum once a minute.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace vblade {

class Tally {
 public:
  // Once a second, with how often it has happened in all; the number of times that nobody was told of yet,
  // when it is time to tell.
  std::optional<std::uint64_t> due(std::uint64_t count) {
    if (silent_seconds_ > 0) --silent_seconds_;
    if (silent_seconds_ > 0 || count == told_) return std::nullopt;
    silent_seconds_ = kSilentSeconds;
    return count - std::exchange(told_, count);
  }

 private:
  static constexpr unsigned kSilentSeconds = 60;

  std::uint64_t told_ = 0;
  unsigned silent_seconds_ = 0;
};

}  // namespace vblade
