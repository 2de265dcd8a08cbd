#include "vblade/serving/held_requests.h"

#include <algorithm>

namespace vblade {

bool HeldRequests::has_any_of(disk::Client client) const {
  return std::ranges::find(lines_, client, &Line::client) != lines_.end();
}

bool HeldRequests::hold(Exchange& exchange, std::size_t most) {
  auto line = std::ranges::find(lines_, exchange.sender, &Line::client);
  if (size_ >= kMost || (line != lines_.end() && line->count >= most)) return false;
  if (line == lines_.end())
    line = lines_.insert(lines_.end(), Line{.client = exchange.sender, .requests = {}});
  exchange.keep_payload();
  line->requests.push(exchange);
  ++line->count;
  ++size_;
  return true;
}

Exchange* HeldRequests::take(Limiter& limiter, Time now) {
  for (std::size_t tried = 0; tried < lines_.size() && !limiter.is_closed_to_all(now); ++tried) {
    Line line = lines_.front();
    lines_.pop_front();
    const bool passes = limiter.pass(line.client, line.requests.front()->bytes(), now);
    Exchange* const first = passes ? pop(line) : nullptr;
    if (line.count > 0) lines_.push_back(line);
    if (passes) return first;
  }
  return nullptr;
}

Exchange* HeldRequests::drop() {
  if (lines_.empty()) return nullptr;
  Exchange* const first = pop(lines_.front());
  if (lines_.front().count == 0) lines_.pop_front();
  return first;
}

Exchange* HeldRequests::pop(Line& line) {
  --line.count;
  --size_;
  return static_cast<Exchange*>(line.requests.pop());
}

std::optional<Time> HeldRequests::next(const Limiter& limiter) const {
  std::optional<Time> soonest;
  for (const Line& line : lines_) {
    const Time at = limiter.opens_at(line.client);
    if (!soonest || at < *soonest) soonest = at;
  }
  return soonest;
}

}  // namespace vblade
