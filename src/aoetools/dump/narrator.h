// Narrator: tells AoE frames in words, one line a frame, and joins a reply to its request. Pure; takes any
// bytes.
#pragma once

#include "base/bytes.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace aoetools {

struct FrameText {
  std::chrono::nanoseconds at{0};  // since the first frame
  std::string source, destination;
  std::string target;  // "e1.0", "all"; empty: no AoE
  bool reply = false;
  bool error = false;
  std::string words;
  std::optional<std::chrono::nanoseconds> latency;  // of a reply whose request was seen

  // "    0.001200 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff all config read"
  std::string line() const;
};

class Narrator {
 public:
  using Time = std::chrono::nanoseconds;  // since any fixed moment

  FrameText tell(Time time, base::Bytes frame);

 private:
  struct Request {
    Time time;
    std::string words;
  };
  using Key = std::tuple<std::uint64_t, std::uint32_t>;  // the initiator's MAC, the tag

  void remember(const Key& key, Request request);

  std::optional<Time> first_;
  std::map<Key, Request> requests_;  // not answered yet; a bounded number
};

}  // namespace aoetools
