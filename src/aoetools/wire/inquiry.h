// Inquiry: one question to a target on a Wire, asked again until it is answered or the time is over.
#pragma once

#include "aoe/request.h"
#include "aoe/response.h"
#include "aoetools/wire/tags.h"
#include "aoetools/wire/wire.h"

#include <chrono>
#include <functional>
#include <optional>

namespace aoetools {

struct Answer {
  std::size_t port = 0;     // where it came in
  aoe::RequestFrame frame;  // a copy, as `response` has views into it
  aoe::Response response;
};

class Inquiry {
 public:
  using Clock = Wire::Clock;
  using MakeFrame = std::function<aoe::RequestFrame(const aoe::Envelope&)>;

  // `again`: ask again after this time, for what the network lost.
  Inquiry(Wire& wire, std::uint32_t tag, std::chrono::milliseconds again = std::chrono::milliseconds(250))
      : wire_(wire), tag_(tag), again_(again) {}

  // Asks `address` on every interface of the wire, at `mac`. The first answer; nullopt: none came in time.
  std::optional<Answer> ask(aoe::Address address, base::MacAddress mac, Clock::time_point deadline,
                            const MakeFrame& make);
  // Asks once more under a new tag from the caller's count.
  void set_tag(std::uint32_t tag) { tag_ = tag; }
  // The next answer to what was asked, without asking again: for questions to many.
  std::optional<Answer> next(aoe::Address address, Clock::time_point deadline);
  void send(aoe::Address address, base::MacAddress mac, const MakeFrame& make);

 private:
  Wire& wire_;
  std::uint32_t tag_;
  std::chrono::milliseconds again_;
};

}  // namespace aoetools
