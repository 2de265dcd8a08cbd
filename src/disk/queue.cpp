#include "disk/queue.h"

#include "base/units.h"
#include "disk/transfer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace disk {

namespace {

constexpr std::size_t kChunk = 256;  // requests of a batch that are sorted and merged together

}  // namespace

void Queue::add(Request& request) {
  outcomes_.begin();
  request.retried = false;
  request.isolated = false;
  batch_.push(request);
}

void Queue::run() {
  present_ = volume_.sectors_now();
  trusts_cache_ = !engine_.is_late(volume_);
  std::array<Request*, kChunk> reads;
  std::array<Request*, kChunk> writes;
  while (!batch_.empty()) {
    std::size_t read_count = 0;
    std::size_t write_count = 0;
    while (!batch_.empty() && read_count < kChunk && write_count < kChunk) {
      Request& request = *batch_.pop();
      const bool transfers = request.command != Command::flush && request.command != Command::trim;
      if (transfers && (request.sectors == 0 || request.end() > volume_.sectors())) {
        outcomes_.finish(request, request.sectors == 0 ? 0 : ERANGE);
        continue;
      }
      if (transfers && is_cut_off(request)) continue;
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
          flusher_.flush(request);
          break;
      }
    }
    run_merged(std::span(reads).first(read_count));
    run_merged(std::span(writes).first(write_count));
  }
  start_waiting();
  flusher_.start_if_due(in_flight_.has_writes());
}

// Behind the end of a file that was cut a read would find zeros in the last page, and a write would make the
// file grow.
bool Queue::is_cut_off(Request& request) {
  if (request.end() <= present_) return false;
  outcomes_.finish(request, EIO);
  return true;
}

// Data that the page cache has are not even copied: they go from there into the frame. The reply leaves
// before the engine gets a write of the same batch, so that none is half done meanwhile.
bool Queue::find_cached(Request& request) {
  Request* const alone[] = {&request};
  if (!trusts_cache_ || must_wait(alone)) return false;
  request.data = volume_.cached(volume_.first_byte() + request.sector * base::kSectorBytes, request.bytes());
  if (request.data.empty()) return false;
  outcomes_.finish(request, 0);
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
      return count < Operation::kMaxPieces && last.end() == next.sector && last.command != Command::verify &&
             next.command != Command::verify;
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
  begin_transfer(operation, volume_, *group.front());
  operation.queue = this;
  if (run_inline(operation, group)) return;

  begin_transfer(operation, volume_, *group.front());
  for (std::size_t i = 0; i < group.size(); ++i) {
    group[i]->keep_payload();
    group[i]->next = i + 1 < group.size() ? group[i + 1] : nullptr;
    group[i]->loss_epoch = flusher_.epoch();
    add_request(operation, *group[i]);
  }
  operation.first = group.front();
  in_flight_.add(group, operation);
  choose_way(operation);
  engine_.start(operation);
}

// While a flush is on its way a write could wait for the journal, and every export with it.
bool Queue::run_inline(Operation& operation, Group group) {
  if (volume_.direct()) return false;
  if (operation.kind == Operation::Kind::write && (flusher_.is_running() || !bets_on_stores())) return false;
  for (Request* request : group) add_request(operation, *request);
  if (!engine_.try_now(operation)) return false;
  if (operation.result != static_cast<std::int64_t>(operation.bytes))
    return false;  // the slow way finds out who failed
  for (Request* request : group) {
    request->loss_epoch = flusher_.epoch();
    succeed(*request);
  }
  return true;
}

void Queue::wait_for_sectors(Request& request) {
  request.keep_payload();
  waiting_.push(request);
}

// First come, first served among those that touch the same sectors; the others pass.
void Queue::start_waiting() {
  if (waiting_.empty()) return;
  RequestList candidates = std::exchange(waiting_, {});
  present_ = volume_.sectors_now();
  while (!candidates.empty()) {
    Request& request = *candidates.pop();
    if (request.command != Command::trim) {
      start_singly(request);
    } else if (trimming_ || !waiting_.empty() || !in_flight_.empty() || flusher_.holds_writes()) {
      waiting_.push(request);
    } else {
      trimming_ = true;
      request.extents_done = 0;
      start_next_extent(request);
    }
  }
}

void Queue::start_singly(Request& request) {
  if (is_cut_off(request)) return;
  Request* const alone[] = {&request};
  run_group(alone);
}

bool Queue::must_wait(Group group) const {
  const Range range = Range::of(group);
  const bool writes = group.front()->command == Command::write;
  if (trimming_ || (writes && flusher_.holds_writes())) return true;
  if (in_flight_.excludes(range)) return true;
  for (Request* other = waiting_.front(); other != nullptr; other = other->next) {
    if (other->command == Command::trim) return true;
    Request* const alone[] = {other};
    if (range.excludes(Range::of(alone))) return true;
  }
  return false;
}

void Queue::completed(Operation& operation) {
  if (flusher_.owns(operation)) {
    flusher_.completed(operation);
    flusher_.start_if_due(in_flight_.has_writes());  // before new writes, which would be covered, too
  } else {
    carried_out(operation);
  }
  start_waiting();
  flusher_.start_if_due(in_flight_.has_writes());
}

void Queue::carried_out(Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::punch:
      if (operation.result < 0) {
        trimming_ = false;
        outcomes_.finish(*operation.first, static_cast<int>(-operation.result));
      } else {
        ++operation.first->extents_done;
        start_next_extent(*operation.first);
      }
      break;
    case Operation::Kind::read:
    case Operation::Kind::write:
      settle(operation);
      break;
    case Operation::Kind::sync:
    case Operation::Kind::write_back:
    case Operation::Kind::inquire:
      break;  // the flusher's
  }
}

// An operation that failed or fell short did so for some of its requests: those that are whole are done. A
// request has an error when it fails with no other that could be the cause.
void Queue::settle(Operation& operation) {
  const Range range = in_flight_.take(operation);
  Request* request = operation.first;
  bool alone = request->next == nullptr;
  std::uint64_t left = operation.result > 0 ? static_cast<std::uint64_t>(operation.result) : 0;
  while (request != nullptr && left >= request->bytes()) {
    Request* const next = request->next;
    left -= request->bytes();
    succeed(*request);
    request = next;
  }
  if (request == nullptr) return;
  if (!request->isolated && in_flight_.has_suspect_neighbours(range)) alone = false;
  if (alone) {
    outcomes_.finish(*request, operation.result < 0 ? static_cast<int>(-operation.result) : EIO);
  } else {
    isolate(request);
  }
}

// Each of these requests is tried alone.
void Queue::isolate(Request* first) {
  while (first != nullptr) {
    Request& request = *std::exchange(first, first->next);
    request.isolated = true;
    start_singly(request);
  }
}

void Queue::succeed(Request& request) {
  if (request.is_change()) {
    flusher_.carried_out(request);
    return;
  }
  if (request.command == Command::read) request.data = request.buffer.first(request.bytes());
  outcomes_.finish(request, 0);
}

// Not a flush, which would wake a disk that sleeps and has nothing to write.
void Queue::write_back() {
  flusher_.write_back();
  flusher_.start_if_due(in_flight_.has_writes());
}

void Queue::inquire() {
  flusher_.inquire();
  flusher_.start_if_due(in_flight_.has_writes());
}

void Queue::start_next_extent(Request& request) {
  for (; request.extents_done < request.extents.size(); ++request.extents_done) {
    const Extent& extent = request.extents[request.extents_done];
    if (extent.sectors == 0) continue;
    if (extent.sector > volume_.sectors() || extent.sectors > volume_.sectors() - extent.sector) {
      trimming_ = false;
      outcomes_.finish(request, ERANGE);
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
  request.loss_epoch = flusher_.epoch();
  succeed(request);
}

}  // namespace disk
