// Wire: the interfaces that a user-space command talks over, all at once, without the driver.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "net/capture.h"
#include "net/interface.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aoetools {

class Wire {
 public:
  using Clock = std::chrono::steady_clock;

  struct Port {
    net::Interface interface;
    net::Capture capture;
  };
  struct Heard {
    std::size_t port = 0;  // index into ports()
    base::Bytes frame;     // valid until the next call
    net::CapturedFrame::Time time;
    std::uint32_t wire_bytes = 0;  // its length on the wire
  };

  enum class Direction { in, both };

  // The interfaces that match `patterns` (names or globs); none given: all Ethernet interfaces that are up.
  // Hears the AoE frames that arrive; those that leave only with Direction::both. Errors: a pattern that
  // matches none, one that is down or not Ethernet, none at all, not permitted.
  static base::Result<Wire> open(std::span<const std::string> patterns, Direction direction = Direction::in);

  std::span<const Port> ports() const { return ports_; }
  std::string names() const;  // "eth0, eth1"
  // Sends `frame`; what an interface refuses is as lost as what the network loses.
  void send(std::size_t port, base::Bytes frame);
  // The next frame that comes in on any of them before the deadline.
  std::optional<Heard> hear(Clock::time_point deadline);

 private:
  std::optional<Heard> waiting_frame();

  std::vector<Port> ports_;
  std::size_t turn_ = 0;  // whose frame is looked for first, so that a busy interface starves none
};

}  // namespace aoetools
