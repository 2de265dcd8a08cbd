#include "net/turns.h"

#include <bit>

namespace net {

Turns::Turns(std::size_t frames, std::size_t share)
    : share_(share),
      next_frame_(frames, kNone),
      costs_(frames, 1),
      clients_(frames),
      heads_(std::bit_ceil(frames + 1), kNone) {
  for (std::size_t i = 0; i < clients_.size(); ++i) free(static_cast<std::uint32_t>(i));
}

void Turns::free(std::uint32_t client) {
  clients_[client].behind = spare_;
  spare_ = client;
}

std::uint32_t& Turns::head_of(std::uint64_t client) {
  const std::uint64_t mixed = client * std::uint64_t{0x9e3779b97f4a7c15};
  return heads_[static_cast<std::size_t>(mixed >> 32) & (heads_.size() - 1)];
}

// There are as many clients as frames, so one is spare when a frame is.
std::uint32_t Turns::find_or_make(std::uint64_t client) {
  std::uint32_t& head = head_of(client);
  for (std::uint32_t at = head; at != kNone; at = clients_[at].sibling) {
    if (clients_[at].id == client) return at;
  }
  const std::uint32_t fresh = spare_;
  spare_ = clients_[fresh].behind;
  clients_[fresh] = {.id = client, .sibling = head};
  head = fresh;
  return fresh;
}

void Turns::append(std::uint32_t client) {
  clients_[client].behind = kNone;
  if (first_ == kNone) {
    first_ = client;
  } else {
    clients_[last_].behind = client;
  }
  last_ = client;
}

bool Turns::add(std::uint64_t client, std::uint32_t frame, std::uint32_t cost) {
  const std::uint32_t at = find_or_make(client);
  Client& owner = clients_[at];
  if (owner.count >= share_) return false;
  next_frame_[frame] = kNone;
  costs_[frame] = cost;
  if (owner.count++ == 0) {
    owner.first = frame;
    append(at);
  } else {
    next_frame_[owner.last] = frame;
  }
  owner.last = frame;
  return true;
}

bool Turns::drop(std::uint64_t client) {
  for (std::uint32_t at = head_of(client); at != kNone; at = clients_[at].sibling) {
    Client& owner = clients_[at];
    if (owner.id != client) continue;
    if (owner.count < 2) return false;
    owner.first = next_frame_[owner.first];
    --owner.count;
    return true;
  }
  return false;
}

// Clients whose last frame was much work let turns pass, unless nobody else waits.
void Turns::pass_to_next() {
  while (first_ != last_ && clients_[first_].debt > 0) {
    const std::uint32_t at = first_;
    --clients_[at].debt;
    first_ = clients_[at].behind;
    append(at);
  }
}

std::optional<std::uint32_t> Turns::take() {
  if (first_ == kNone) return std::nullopt;
  pass_to_next();
  const std::uint32_t at = first_;
  Client& owner = clients_[at];
  const std::uint32_t frame = owner.first;
  owner.debt = costs_[frame] - 1;
  owner.first = next_frame_[frame];
  first_ = owner.behind;
  if (--owner.count > 0) {
    append(at);
    return frame;
  }
  std::uint32_t* link = &head_of(owner.id);
  while (*link != at) link = &clients_[*link].sibling;
  *link = owner.sibling;
  free(at);
  return frame;
}

}  // namespace net
