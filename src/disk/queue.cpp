#include "disk/queue.h"

#include "base/units.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace disk {

namespace {

constexpr std::size_t kChunk = 256;  // requests of a batch that are sorted and merged together

std::uint64_t bytes_of(const Request& request) {
  return request.sectors * base::kSectorBytes;
}
std::uint64_t end_of(const Request& request) {
  return request.sector + request.sectors;
}

Operation::Kind kind_of(const Request& request) {
  return request.command == Command::write ? Operation::Kind::write : Operation::Kind::read;
}

// A payload in foreign memory, the receive ring's, goes to the request's own.
void own_payload(Request& request) {
  if (request.payload.empty() || request.payload.data() == request.buffer.data()) return;
  std::memcpy(request.buffer.data(), request.payload.data(), request.payload.size());
  request.payload = request.buffer.first(request.payload.size());
}

void add_pieces(Operation& operation, Request& request) {
  std::uint64_t left = bytes_of(request);
  if (request.command == Command::write) {
    operation.add(const_cast<std::byte*>(request.payload.data()), left);  // an iovec cannot say const
    return;
  }
  while (left > 0) {  // only a verify is longer than its buffer, and keeps nothing
    const std::uint64_t part = std::min<std::uint64_t>(left, request.buffer.size());
    operation.add(request.buffer.data(), part);
    left -= part;
  }
}

}  // namespace

void Queue::add(Request& request) {
  ++outstanding_;
  batch_.push(request);
}

void Queue::run() {
  std::array<Request*, kChunk> reads;
  std::array<Request*, kChunk> writes;
  while (!batch_.empty()) {
    std::size_t read_count = 0;
    std::size_t write_count = 0;
    while (!batch_.empty() && read_count < kChunk && write_count < kChunk) {
      Request& request = *batch_.pop();
      const bool transfers = request.command != Command::flush && request.command != Command::trim;
      if (transfers && (request.sectors == 0 || end_of(request) > volume_.sectors())) {
        finish(request, request.sectors == 0 ? 0 : ERANGE);
        continue;
      }
      switch (request.command) {
        case Command::read:
          if (!find_cached(request)) reads[read_count++] = &request;
          break;
        case Command::verify:
          reads[read_count++] = &request;
          break;
        case Command::write:
          writes[write_count++] = &request;
          break;
        case Command::trim:
          wait_for_sectors(request);
          break;
        case Command::flush:
          if (durability_ == Durability::none) {
            finish(request, 0);
          } else {
            unflushed_.push(request);
          }
          break;
      }
    }
    run_merged(std::span(reads).first(read_count));
    run_merged(std::span(writes).first(write_count));
  }
  start_waiting();
  start_flush_if_due();
}

// Data that the page cache has are not even copied: they go from there into the frame. The reply leaves
// before the engine gets a write of the same batch, so that none is half done meanwhile.
bool Queue::find_cached(Request& request) {
  Request* const alone[] = {&request};
  if (must_wait(alone)) return false;
  request.data =
      volume_.cached(volume_.first_byte() + request.sector * base::kSectorBytes, bytes_of(request));
  if (request.data.empty()) return false;
  finish(request, 0);
  return true;
}

// Requests of one batch are all in flight at the initiator, so any order of them is right: sorting by sector
// brings neighbours together.
void Queue::run_merged(std::span<Request*> requests) {
  const auto before = [](const Request* a, const Request* b) { return a->sector < b->sector; };
  if (!std::is_sorted(requests.begin(), requests.end(), before)) {
    std::sort(requests.begin(), requests.end(), before);
  }
  while (!requests.empty()) {
    std::size_t count = 1;
    const auto joins = [&](const Request& last, const Request& next) {
      return count < Operation::kMaxPieces && end_of(last) == next.sector &&
             last.command != Command::verify && next.command != Command::verify;
    };
    while (count < requests.size() && joins(*requests[count - 1], *requests[count])) ++count;
    run_group(requests.first(count));
    requests = requests.subspan(count);
  }
}

void Queue::run_group(Group group) {
  if (must_wait(group)) {
    for (Request* request : group) wait_for_sectors(*request);
    return;
  }
  Operation& operation = group.front()->operation;
  operation.kind = kind_of(*group.front());
  operation.volume = &volume_;
  operation.fd = volume_.fd();
  operation.offset = volume_.first_byte() + group.front()->sector * base::kSectorBytes;
  operation.bytes = 0;
  operation.pieces = 0;
  operation.queue = this;
  if (run_inline(operation, group)) return;

  operation.bytes = 0;
  operation.pieces = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    own_payload(*group[i]);
    group[i]->next = i + 1 < group.size() ? group[i + 1] : nullptr;
    group[i]->flush_epoch = failed_flushes_;
    add_pieces(operation, *group[i]);
  }
  operation.first = group.front();
  const bool writes = operation.kind == Operation::Kind::write;
  in_flight_.push_back({group.front()->sector, end_of(*group.back()), writes, &operation});
  start(operation);
}

// While a flush is on its way a write could wait for the journal, and every export with it.
bool Queue::run_inline(Operation& operation, Group group) {
  if (volume_.direct() || (operation.kind == Operation::Kind::write && flushing_)) return false;
  for (Request* request : group) add_pieces(operation, *request);
  if (!engine_.try_now(operation)) return false;
  if (operation.result != static_cast<std::int64_t>(operation.bytes))
    return false;  // the slow way finds out who failed
  for (Request* request : group) {
    request->flush_epoch = failed_flushes_;
    succeed(*request);
  }
  return true;
}

void Queue::start(Operation& operation) {
  if (operation.kind == Operation::Kind::write) ++writes_in_flight_;
  const std::uint64_t misaligned = (operation.offset | operation.bytes) % volume_.direct_alignment();
  operation.fd = volume_.direct() && misaligned == 0 ? volume_.fd() : volume_.buffered_fd();
  engine_.start(operation);
}

void Queue::wait_for_sectors(Request& request) {
  own_payload(request);
  waiting_.push(request);
}

// First come, first served among those that touch the same sectors; the others pass.
void Queue::start_waiting() {
  RequestList candidates = std::exchange(waiting_, {});
  while (!candidates.empty()) {
    Request& request = *candidates.pop();
    if (request.command != Command::trim) {
      start_singly(request);
    } else if (trimming_ || !waiting_.empty() || !in_flight_.empty()) {
      waiting_.push(request);
    } else {
      trimming_ = true;
      request.extents_done = 0;
      start_next_extent(request);
    }
  }
}

void Queue::start_singly(Request& request) {
  Request* const alone[] = {&request};
  run_group(alone);
}

bool Queue::collides(std::uint64_t begin, std::uint64_t end, bool writes) const {
  if (!writes && writes_in_flight_ == 0) return false;
  return std::any_of(in_flight_.begin(), in_flight_.end(), [&](const Range& range) {
    return (writes || range.writes) && begin < range.end && range.begin < end;
  });
}

bool Queue::must_wait(Group group) const {
  if (trimming_) return true;
  const std::uint64_t begin = group.front()->sector;
  const std::uint64_t end = end_of(*group.back());
  const bool writes = group.front()->command == Command::write;
  if (collides(begin, end, writes)) return true;
  for (const Request* other = waiting_.front(); other != nullptr; other = other->next) {
    if (other->command == Command::trim) return true;
    const bool matters = writes || other->command == Command::write;
    if (matters && begin < end_of(*other) && other->sector < end) return true;
  }
  return false;
}

void Queue::forget_range(const Operation& operation) {
  const auto range = std::find_if(in_flight_.begin(), in_flight_.end(),
                                  [&](const Range& candidate) { return candidate.operation == &operation; });
  if (range->writes) --writes_in_flight_;
  *range = in_flight_.back();
  in_flight_.pop_back();
}

void Queue::completed(Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::sync:
      flushed(static_cast<int>(-operation.result));
      break;
    case Operation::Kind::write_back:
      writing_back_ = false;
      --outstanding_;
      break;
    case Operation::Kind::punch:
      if (operation.result < 0) {
        trimming_ = false;
        finish(*operation.first, static_cast<int>(-operation.result));
      } else {
        ++operation.first->extents_done;
        start_next_extent(*operation.first);
      }
      break;
    case Operation::Kind::read:
    case Operation::Kind::write:
      settle(operation);
      break;
  }
  start_waiting();
  start_flush_if_due();
}

// An operation that failed or fell short did so for some of its requests: those that are whole are done, a
// request that was alone has its error, and the others try again alone.
void Queue::settle(Operation& operation) {
  forget_range(operation);
  Request* request = operation.first;
  const std::int64_t result = operation.result;
  const bool alone = request->next == nullptr;
  std::uint64_t left = result > 0 ? static_cast<std::uint64_t>(result) : 0;
  bool progress = false;
  while (request != nullptr && left >= bytes_of(*request)) {
    Request* const next = request->next;
    left -= bytes_of(*request);
    succeed(*request);
    progress = true;
    request = next;
  }
  if (request != nullptr && !progress && (alone || result >= 0)) {
    Request* const next = request->next;
    finish(*request, result < 0 ? static_cast<int>(-result) : EIO);
    request = next;
  }
  while (request != nullptr) {
    Request* const next = request->next;
    start_singly(*request);
    request = next;
  }
}

// Its data are where they should be; what remains is the promise of durability.
void Queue::succeed(Request& request) {
  if (request.command == Command::read)
    request.data = request.buffer.first(static_cast<std::size_t>(bytes_of(request)));
  const bool changes = request.command == Command::write || request.command == Command::trim;
  if (!changes || (durability_ != Durability::write && !request.durable)) {
    finish(request, 0);
  } else if (request.flush_epoch != failed_flushes_) {
    finish(request, EIO);  // a flush that failed meanwhile may have lost these data
  } else {
    unflushed_.push(request);
  }
}

void Queue::finish(Request& request, int error) {
  --outstanding_;
  request.error = error;
  done_.push(request);
}

// One flush for all writes that are done: while it runs the next ones gather.
void Queue::start_flush_if_due() {
  if (flushing_ || unflushed_.empty() || writes_in_flight_ > 0) return;
  flushing_ = true;
  covered_ = std::exchange(unflushed_, {});
  flush_.kind = Operation::Kind::sync;
  flush_.volume = &volume_;
  flush_.fd = volume_.fd();
  flush_.queue = this;
  if (engine_.try_now(flush_)) {
    flushed(static_cast<int>(-flush_.result));
  } else {
    engine_.start(flush_);
  }
}

// The kernel reports a failed write-back once: to this flush. So it is the error of every write that was
// not yet acknowledged, also of those that came while the flush ran.
void Queue::flushed(int error) {
  flushing_ = false;
  flush_failed_ = error != 0;
  while (!covered_.empty()) finish(*covered_.pop(), error);
  if (error == 0) return;
  ++failed_flushes_;
  while (!unflushed_.empty()) finish(*unflushed_.pop(), error);
}

// Not a flush, which would wake a disk that sleeps and has nothing to write.
void Queue::write_back() {
  if (writing_back_) return;
  writing_back_ = true;
  ++outstanding_;
  write_back_.kind = Operation::Kind::write_back;
  write_back_.volume = &volume_;
  write_back_.fd = volume_.buffered_fd();
  write_back_.queue = this;
  engine_.start(write_back_);
}

void Queue::start_next_extent(Request& request) {
  for (; request.extents_done < request.extents.size(); ++request.extents_done) {
    const Extent& extent = request.extents[request.extents_done];
    if (extent.sectors == 0) continue;
    if (extent.sector > volume_.sectors() || extent.sectors > volume_.sectors() - extent.sector) {
      trimming_ = false;
      finish(request, ERANGE);
      return;
    }
    Operation& operation = request.operation;
    operation.kind = Operation::Kind::punch;
    operation.volume = &volume_;
    operation.fd = volume_.buffered_fd();
    operation.offset = volume_.first_byte() + extent.sector * base::kSectorBytes;
    operation.bytes = extent.sectors * base::kSectorBytes;
    operation.queue = this;
    operation.first = &request;
    engine_.start(operation);
    return;
  }
  trimming_ = false;
  request.flush_epoch = failed_flushes_;
  succeed(request);
}

}  // namespace disk
