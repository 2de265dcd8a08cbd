// ClientTurns: which client's operation goes to an export's disk next, and how much of the export's room each
// client may take. Operations wait here in a line for each client; lines take turns by bytes, so a client
// with a thousand requests delays one with a single request by its window and not by a thousand.
#pragma once

#include "disk/request.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace disk {

// One client's operations and requests. Trims of a client have a line of their own, because a disk does them
// one by one, and its other requests do not wait for that.
struct ClientLine {
  std::uint64_t id = 0;
  unsigned requests = 0;   // not done yet
  unsigned waiting = 0;    // of these, for sectors
  unsigned started = 0;    // operations at the disk
  std::uint64_t debt = 0;  // turns that it lets pass after much work
  OperationList ready{};
  ClientLine* sibling = nullptr;  // the next one with the same hash
  ClientLine* behind = nullptr;   // whose turn is next
};

class ClientTurns {
 public:
  // Operations of an export at the disk, and those of one client while others want the disk, too, unless
  // set_window() has another number.
  static constexpr unsigned kMostStarted = 128;
  static constexpr unsigned kWindow = 16;
  // Requests of an export, and how many of them its only client may have.
  static constexpr unsigned kMostRequests = 1024;
  static constexpr unsigned kMostAlone = kMostRequests - kMostRequests / 4;
  // Every client may have so many, as long as there is room at all.
  static constexpr unsigned kLeastShare = 64;
  // Requests that wait for sectors: of one client, and of all.
  static constexpr unsigned kMostWaiting = 32;
  static constexpr unsigned kMostWaitingOfAll = 128;

  ClientTurns() = default;
  ClientTurns(const ClientTurns&) = delete;
  ClientTurns& operator=(const ClientTurns&) = delete;

  void set_window(unsigned operations) { window_ = operations; }

  // Whether the export has room for this request beside `outstanding` others.
  bool has_room(const Request& request, unsigned outstanding) const;
  // A request is not answered at once: it counts as its client's until leave().
  void enter(Request& request);
  void leave(Request& request);
  // Whether one more of this client may wait for sectors. It is counted until it waits no longer.
  bool may_wait(const Request& request) const;
  void begin_wait(Request& request);
  void end_wait(Request& request);

  // The operation waits for its client's turn. It is its first request's, which has entered.
  void add(Operation& operation);
  // The operation whose turn it is, which counts as started; nullptr: none may start.
  Operation* take(bool writes_may_start);
  // A started operation came back; its first request has not left yet.
  void ended(const Operation& operation);

  bool empty() const { return first_ == nullptr; }
  unsigned writes_started() const { return writes_started_; }
  bool is_punching() const { return punching_; }
  // More than one client wants the disk, or did so a short while ago.
  bool is_contended() const { return lines_ > 1 || taken_ - last_change_ < kRemembered; }

 private:
  // Operations for which the clients of before are remembered: one that has a single request at a time is
  // away between two of them.
  static constexpr std::uint64_t kRemembered = 256;
  static constexpr std::size_t kHashes = 32;

  static std::uint64_t id_of(const Request& request);
  static std::uint64_t turns_of(const Operation& operation);
  ClientLine*& head_of(std::uint64_t id) { return heads_[hash(id)]; }
  static std::size_t hash(std::uint64_t id);
  ClientLine* find(std::uint64_t id) const;
  ClientLine& find_or_make(std::uint64_t id);
  void remove(ClientLine& line);
  bool may_start(const ClientLine& line, bool writes_may_start) const;
  void append(ClientLine& line);
  ClientLine& pop_first();

  std::array<ClientLine*, kHashes> heads_{};
  std::vector<std::unique_ptr<ClientLine>> all_;
  std::vector<ClientLine*> spare_;
  std::size_t lines_ = 0;
  std::size_t in_turn_ = 0;
  ClientLine* first_ = nullptr;
  ClientLine* last_ = nullptr;
  unsigned window_ = kWindow;
  unsigned waiting_ = 0;
  unsigned started_ = 0;
  unsigned writes_started_ = 0;
  bool punching_ = false;
  std::uint64_t taken_ = kRemembered;
  std::uint64_t last_change_ = 0;
  Client last_client_ = 0;
  bool any_client_ = false;
};

}  // namespace disk
