// HeldRequests: requests over a limit, until they may pass: a line for each client, and lines take turns.
#pragma once

#include "vblade/serving/exchange.h"
#include "vblade/serving/limiter.h"

#include <cstddef>
#include <deque>
#include <optional>

namespace vblade {

class HeldRequests {
 public:
  // Of one export.
  static constexpr std::size_t kMost = 512;

  // False: this client has `most` already, or there is no room. The payload is copied.
  bool hold(Exchange& exchange, std::size_t most);
  bool has_any_of(disk::Client client) const;
  // The next one that may pass, which counts as passed; nullptr: none may.
  Exchange* take(Limiter& limiter, Time now);
  // Any; nullptr: none is held.
  Exchange* drop();
  // When the next one may pass; nothing: none is held.
  std::optional<Time> next(const Limiter& limiter) const;
  std::size_t size() const { return size_; }

 private:
  struct Line {
    disk::Client client = 0;
    disk::RequestList requests;
    std::size_t count = 0;
  };

  Exchange* pop(Line& line);

  std::deque<Line> lines_;
  std::size_t size_ = 0;
};

}  // namespace vblade
