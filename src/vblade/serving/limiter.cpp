#include "vblade/serving/limiter.h"

#include <algorithm>

namespace vblade {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// What this much of it takes at a rate a second.
Time time_of(std::uint64_t much, std::uint64_t rate) {
  if (rate == 0) return Time{0};
  return Time{static_cast<std::int64_t>(static_cast<double>(much) / static_cast<double>(rate) * kSecond)};
}

}  // namespace

void Allowance::take(const config::Limit& limit, std::uint64_t bytes, Time now) {
  due_ = std::max(due_, now) + std::max(time_of(1, limit.requests), time_of(bytes, limit.bytes));
}

void Limiter::configure(const config::Limit& all, const config::Limit& each_client) {
  if (all == all_ && each_client == each_) return;
  all_ = all;
  each_ = each_client;
  whole_ = others_ = {};
  clients_.clear();
}

// Who has not used its own for a while needs no place in the table.
Allowance& Limiter::of(disk::Client client, Time now) {
  if (const auto found = clients_.find(client); found != clients_.end()) return found->second;
  if (clients_.size() >= kMostClients)
    std::erase_if(clients_, [now](const auto& one) { return one.second.is_idle(now); });
  return clients_.size() < kMostClients ? clients_[client] : others_;
}

bool Limiter::pass(disk::Client client, std::uint64_t bytes, Time now) {
  if (is_closed_to_all(now)) return false;
  if (each_.is_set()) {
    Allowance& own = of(client, now);
    if (!own.is_open(now)) return false;
    own.take(each_, bytes, now);
  }
  if (all_.is_set()) whole_.take(all_, bytes, now);
  return true;
}

Time Limiter::opens_at(disk::Client client) const {
  Time at{};
  if (all_.is_set()) at = whole_.opens_at();
  if (each_.is_set()) {
    const auto found = clients_.find(client);
    at = std::max(at, (found == clients_.end() ? others_ : found->second).opens_at());
  }
  return at;
}

}  // namespace vblade
