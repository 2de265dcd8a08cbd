#include "disk/client_turns.h"

#include "base/turn.h"

#include <algorithm>

namespace disk {

namespace {

// Of an id: the line of a client's trims. MAC addresses have 48 bits.
constexpr std::uint64_t kTrims = std::uint64_t{1} << 63;

}  // namespace

std::uint64_t ClientTurns::id_of(const Request& request) {
  return request.sender | (request.command == Command::trim ? kTrims : 0);
}

std::uint64_t ClientTurns::turns_of(const Operation& operation) {
  return operation.kind == Operation::Kind::punch ? 1 : base::turns_of_bytes(operation.bytes);
}

std::size_t ClientTurns::hash(std::uint64_t id) {
  return static_cast<std::size_t>((id * std::uint64_t{0x9e3779b97f4a7c15}) >> 32) % kHashes;
}

ClientLine* ClientTurns::find(std::uint64_t id) const {
  ClientLine* line = heads_[hash(id)];
  while (line != nullptr && line->id != id) line = line->sibling;
  return line;
}

ClientLine& ClientTurns::find_or_make(std::uint64_t id) {
  if (ClientLine* const found = find(id)) return *found;
  if (spare_.empty()) spare_.push_back(all_.emplace_back(std::make_unique<ClientLine>()).get());
  ClientLine& line = *spare_.back();
  spare_.pop_back();
  ClientLine*& head = head_of(id);
  line = {.id = id, .sibling = head};
  head = &line;
  ++lines_;
  return line;
}

void ClientTurns::remove(ClientLine& line) {
  ClientLine** link = &head_of(line.id);
  while (*link != &line) link = &(*link)->sibling;
  *link = line.sibling;
  spare_.push_back(&line);
  --lines_;
}

bool ClientTurns::has_room(const Request& request, unsigned outstanding) const {
  if (outstanding < kLeastShare) return true;
  if (outstanding >= kMostRequests) return false;
  const ClientLine* const own = find(id_of(request));
  if (own == nullptr) return true;
  const auto share = static_cast<unsigned>(kMostRequests / (lines_ + 1));
  return own->requests < (lines_ == 1 ? kMostAlone : std::max(share, kLeastShare));
}

void ClientTurns::enter(Request& request) {
  if (request.line != nullptr) return;
  if (any_client_ && request.sender != last_client_) last_change_ = taken_;
  any_client_ = true;
  last_client_ = request.sender;
  request.line = &find_or_make(id_of(request));
  ++request.line->requests;
}

void ClientTurns::leave(Request& request) {
  if (request.line == nullptr) return;
  ClientLine& line = *request.line;
  request.line = nullptr;
  if (--line.requests == 0) remove(line);
}

bool ClientTurns::may_wait(const Request& request) const {
  const ClientLine* const own = find(id_of(request));
  return waiting_ < kMostWaitingOfAll && (own == nullptr || own->waiting < kMostWaiting);
}

void ClientTurns::begin_wait(Request& request) {
  enter(request);
  ++request.line->waiting;
  ++waiting_;
}

void ClientTurns::end_wait(Request& request) {
  --request.line->waiting;
  --waiting_;
}

void ClientTurns::append(ClientLine& line) {
  line.behind = nullptr;
  (first_ == nullptr ? first_ : last_->behind) = &line;
  last_ = &line;
  ++in_turn_;
}

ClientLine& ClientTurns::pop_first() {
  ClientLine& line = *first_;
  first_ = line.behind;
  --in_turn_;
  return line;
}

void ClientTurns::add(Operation& operation) {
  ClientLine& line = *operation.first->line;
  const bool is_first = line.ready.empty();
  line.ready.push(operation);
  if (is_first) append(line);
}

// A file system punches one hole at a time anyway, and lets everybody else wait meanwhile.
bool ClientTurns::may_start(const ClientLine& line, bool writes_may_start) const {
  const Operation& next = *line.ready.front();
  if (next.kind == Operation::Kind::punch) return !punching_ && writes_may_start;
  if (next.kind == Operation::Kind::write && !writes_may_start) return false;
  return !is_contended() || line.started < window_;
}

Operation* ClientTurns::take(bool writes_may_start) {
  if (started_ >= kMostStarted) return nullptr;
  for (std::size_t passed = 0; passed < in_turn_;) {
    ClientLine& line = pop_first();
    if (!may_start(line, writes_may_start)) {
      append(line);
      ++passed;
    } else if (line.debt > 0 && in_turn_ > 0) {
      --line.debt;
      append(line);
      passed = 0;
    } else {
      Operation* const operation = line.ready.pop();
      line.debt = turns_of(*operation) - 1;
      if (!line.ready.empty()) append(line);
      ++line.started;
      ++started_;
      ++taken_;
      if (operation->kind == Operation::Kind::write) ++writes_started_;
      if (operation->kind == Operation::Kind::punch) punching_ = true;
      return operation;
    }
  }
  return nullptr;
}

void ClientTurns::ended(const Operation& operation) {
  --operation.first->line->started;
  --started_;
  if (operation.kind == Operation::Kind::write) --writes_started_;
  if (operation.kind == Operation::Kind::punch) punching_ = false;
}

}  // namespace disk
