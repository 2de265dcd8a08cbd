// Limiter: the administrator's word on how much passes in a second, of an export and of each of its clients.
// Pure over the time that it is told.
#pragma once

#include "config/limit.h"
#include "disk/request.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace vblade {

using Time = std::chrono::nanoseconds;

// What one limit lets pass: it keeps the time at which all that has passed would have passed evenly.
class Allowance {
 public:
  // What was not used in so much time may be used at once.
  static constexpr Time kBurst{100'000'000};

  bool is_open(Time now) const { return due_ <= now + kBurst; }
  bool is_idle(Time now) const { return due_ <= now; }
  // When it is open next, if nothing more passes.
  Time opens_at() const { return due_ - kBurst; }
  void take(const config::Limit& limit, std::uint64_t bytes, Time now);

 private:
  Time due_{};
};

class Limiter {
 public:
  // Clients that are told apart. More than these share what one may have.
  static constexpr std::size_t kMostClients = 256;

  void configure(const config::Limit& all, const config::Limit& each_client);
  bool is_on() const { return all_.is_set() || each_.is_set(); }

  // Whether a request may pass now; then it counts.
  bool pass(disk::Client client, std::uint64_t bytes, Time now);
  // The export lets nothing pass now, of any client.
  bool is_closed_to_all(Time now) const { return all_.is_set() && !whole_.is_open(now); }
  // When a request of this client may pass, if nothing else does before.
  Time opens_at(disk::Client client) const;

 private:
  Allowance& of(disk::Client client, Time now);

  config::Limit all_;
  config::Limit each_;
  Allowance whole_;
  Allowance others_;  // clients for which there is no room in the table
  std::unordered_map<disk::Client, Allowance> clients_;
};

}  // namespace vblade
