// The part of Server that keeps to the administrator's limits.
#include "vblade/serving/server.h"

#include <algorithm>

namespace vblade {

// What is over a limit comes later, as far as the client was invited to have requests in flight.
void Server::ask_within_limit(Exchange& exchange) {
  Export& exported = *exchange.exported;
  release(exported);
  if (!exported.held.has_any_of(exchange.sender) &&
      exported.limiter.pass(exchange.sender, exchange.bytes(), now_))
    return start(exchange);
  ++exported.counters.limited;
  if (!exported.held.hold(exchange, exported.target.buffer_count)) {
    ++exported.counters.dropped;
    give_back(exchange);
  } else if (std::ranges::find(holding_, &exported) == holding_.end()) {
    holding_.push_back(&exported);
  }
}

// What holds nothing is forgotten at once: a reload may take it away before anybody asks again.
void Server::release(Export& exported) {
  while (Exchange* exchange = exported.held.take(exported.limiter, now_)) start(*exchange);
  if (exported.held.size() == 0) std::erase(holding_, &exported);
}

bool Server::release_held() {
  if (holding_.empty()) return false;
  now_ = clock_.now();
  for (Export* exported : std::vector(holding_)) release(*exported);
  if (touched_.empty()) return false;
  run_disks();
  complete_done();
  send_all();
  engine_.push();
  return true;
}

std::optional<std::chrono::nanoseconds> Server::next_release() const {
  std::optional<std::chrono::nanoseconds> soonest;
  for (const Export* exported : holding_) {
    const auto at = exported->held.next(exported->limiter);
    if (at && (!soonest || *at < *soonest)) soonest = at;
  }
  return soonest;
}

void Server::drop_held(Export& exported) {
  while (Exchange* exchange = exported.held.drop()) give_back(*exchange);
  std::erase(holding_, &exported);
}

void Server::drop_held() {
  for (Export* exported : std::vector(holding_)) drop_held(*exported);
}

}  // namespace vblade
