// Request: what the server asks of one export's disk. It lives in the server's pool and carries all that
// the engine needs with it, so that nothing is allocated while frames are handled.
#pragma once

#include "base/bytes.h"
#include "base/units.h"
#include "disk/loss_record.h"
#include "disk/operation.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

namespace disk {

enum class Command : std::uint8_t {
  read,
  write,
  flush,   // all that was acknowledged before reaches stable storage
  trim,    // what `extents` held is no longer needed
  verify,  // read, but keep nothing
};

// Neighbouring sectors of 512 bytes, from the start of the export.
struct Extent {
  std::uint64_t sector = 0;
  std::uint64_t sectors = 0;  // 0: nothing to do
};

struct ClientLine;

struct Request {
  Command command = Command::read;
  Client sender = 0;         // gets an error later if its data are lost after the acknowledgement
  std::uint64_t sector = 0;  // of 512 bytes, from the start of the export
  std::uint32_t sectors = 0;
  // The request's own memory: read data arrive here, a payload that has to wait is kept here. Aligned for
  // direct I/O. Large enough for `sectors` (read, write).
  base::MutableBytes buffer;
  // write: may be memory that is valid only until Queue::run() returns.
  base::Bytes payload;
  // trim: in memory that stays until the request is done, as `buffer` does.
  std::span<const Extent> extents;

  bool durable = false;  // write: on stable storage before it is done, whatever the queue promises otherwise

  // The outcome: 0 or an errno, and for a read that went well, the data.
  int error = 0;
  bool dropped = false;  // nothing was done, because its sender has too many: it is not answered
  base::Bytes data;

  Request* next = nullptr;     // of the list that it stands in
  ClientLine* line = nullptr;  // the queue's, as are the following: counts it for its client
  Operation operation;         // used while this request leads a merged operation
  // Of `extents` those that are done, how many losses had been reported before a write or a
  // trim was carried out, and whether this is the second attempt.
  std::size_t extents_done = 0;
  unsigned loss_epoch = 0;
  bool retried = false;
  bool isolated = false;  // an operation that it was a part of failed: alone, and with no neighbour in flight

  std::uint64_t end() const { return sector + sectors; }
  std::uint64_t bytes() const { return sectors * base::kSectorBytes; }
  bool is_change() const { return command == Command::write || command == Command::trim; }
  // Copies a payload in foreign memory to the request's own.
  void keep_payload() {
    if (payload.empty() || payload.data() == buffer.data()) return;
    std::memcpy(buffer.data(), payload.data(), payload.size());
    payload = buffer.first(payload.size());
  }
};

// First in, first out; links the requests themselves.
class RequestList {
 public:
  bool empty() const { return first_ == nullptr; }
  Request* front() const { return first_; }
  void push(Request& request) {
    request.next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = &request;
    last_ = &request;
  }
  Request* pop() {
    Request* request = first_;
    if (request != nullptr) first_ = request->next;
    return request;
  }
  // Moves all of `other` to the end of this list.
  void append(RequestList& other) {
    if (other.empty()) return;
    (first_ == nullptr ? first_ : last_->next) = other.first_;
    last_ = other.last_;
    other.first_ = nullptr;
  }

 private:
  Request* first_ = nullptr;
  Request* last_ = nullptr;
};

}  // namespace disk
