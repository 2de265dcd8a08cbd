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
  request.dropped = false;
  request.extents_done = 0;
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
          turns_.enter(request);
          start_next_extent(request);
          break;
        case Command::flush:
          turns_.enter(request);
          flusher_.flush(request);
          break;
      }
    }
    run_merged(std::span(reads).first(read_count));
    run_merged(std::span(writes).first(write_count));
  }
  advance();
}

// Behind the end of a file that was cut a read would find zeros in the last page, and a write would make the
// file grow.
bool Queue::is_cut_off(Request& request) {
  if (request.end() <= present_) return false;
  outcomes_.finish(request, EIO);
  return true;
}

// The file was cut while the operation waited for its turn.
bool Queue::is_cut_off(Operation& operation) {
  if (operation.end() <= volume_.first_byte() + present_ * base::kSectorBytes) return false;
  operation.result = 0;
  turns_.ended(operation);
  settle(operation);
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
    for (Request* request : group) request->isolated ? keep_waiting(*request) : wait_for_sectors(*request);
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
    turns_.enter(*group[i]);
    add_request(operation, *group[i]);
  }
  operation.first = group.front();
  in_flight_.add(group, operation);
  turns_.add(operation);
}

// While a flush or a trim is on its way a write could wait for the file system, and every export with it.
bool Queue::run_inline(Operation& operation, Group group) {
  if (volume_.direct()) return false;
  const bool holds_file_system = flusher_.is_running() || turns_.is_punching();
  if (operation.kind == Operation::Kind::write && (holds_file_system || !bets_on_stores())) return false;
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

// Each that waits is looked at whenever one is done, so neither a client nor all of them may have many.
void Queue::wait_for_sectors(Request& request) {
  if (turns_.may_wait(request)) {
    keep_waiting(request);
  } else {
    outcomes_.drop(request);
  }
}

void Queue::keep_waiting(Request& request) {
  request.keep_payload();
  turns_.begin_wait(request);
  waiting_.push(request);
}

// First come, first served among those that touch the same sectors; the others pass.
void Queue::start_waiting() {
  if (waiting_.empty()) return;
  RequestList candidates = std::exchange(waiting_, {});
  while (!candidates.empty()) {
    Request& request = *candidates.pop();
    turns_.end_wait(request);
    if (request.command == Command::trim) {
      start_next_extent(request);
    } else {
      start_singly(request);
    }
  }
}

// While a flush waits for writes that are at the disk, those of others would make it wait for ever.
void Queue::start_by_turns() {
  while (!turns_.empty()) {
    const bool flush_first = turns_.is_contended() && flusher_.is_due();
    Operation* const operation = turns_.take(!flusher_.holds_writes() && !flush_first);
    if (operation == nullptr) return;
    if (operation->kind != Operation::Kind::punch) {
      if (is_cut_off(*operation)) continue;
      choose_way(*operation);
    }
    engine_.start(*operation);
  }
}

void Queue::advance() {
  start_waiting();
  if (turns_.is_contended()) flusher_.start_if_due(turns_.writes_started() > 0);
  start_by_turns();
  flusher_.start_if_due(turns_.writes_started() > 0);
  start_by_turns();
}

void Queue::start_singly(Request& request) {
  if (is_cut_off(request)) return;
  Request* const alone[] = {&request};
  run_group(alone);
}

bool Queue::must_wait(Group group) const {
  const Range range = Range::of(group);
  if (group.front()->is_change() && flusher_.holds_writes()) return true;
  if (in_flight_.excludes(range)) return true;
  for (Request* other = waiting_.front(); other != nullptr; other = other->next) {
    Request* const alone[] = {other};
    if (range.excludes(Range::of(alone))) return true;
  }
  return false;
}

void Queue::completed(Operation& operation) {
  if (flusher_.owns(operation)) {
    flusher_.completed(operation);
    flusher_.start_if_due(turns_.writes_started() > 0);  // before new writes, which would be covered, too
  } else {
    turns_.ended(operation);
    carried_out(operation);
  }
  if (!waiting_.empty() || !turns_.empty()) present_ = volume_.sectors_now();
  advance();
}

void Queue::carried_out(Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::punch:
      (void)in_flight_.take(operation);
      if (operation.result < 0) {
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
    if (request.durable || flusher_.durability() == Durability::write) turns_.enter(request);
    flusher_.carried_out(request);
    return;
  }
  if (request.command == Command::read) request.data = request.buffer.first(request.bytes());
  outcomes_.finish(request, 0);
}

// Not a flush, which would wake a disk that sleeps and has nothing to write.
void Queue::write_back() {
  flusher_.write_back();
  flusher_.start_if_due(turns_.writes_started() > 0);
}

void Queue::inquire() {
  flusher_.inquire();
  flusher_.start_if_due(turns_.writes_started() > 0);
}

// A trim keeps others from the range that is punched, and from no other sector.
void Queue::start_next_extent(Request& request) {
  for (; request.extents_done < request.extents.size(); ++request.extents_done) {
    const Extent& extent = request.extents[request.extents_done];
    if (extent.sectors == 0) continue;
    if (extent.sector > volume_.sectors() || extent.sectors > volume_.sectors() - extent.sector)
      return outcomes_.finish(request, ERANGE);
    request.sector = extent.sector;
    request.sectors = static_cast<std::uint32_t>(extent.sectors);
    Request* const alone[] = {&request};
    if (must_wait(alone))
      return request.extents_done == 0 ? wait_for_sectors(request) : keep_waiting(request);
    Operation& operation = request.operation;
    operation.kind = Operation::Kind::punch;
    operation.volume = &volume_;
    operation.fd = volume_.buffered_fd();
    operation.offset = volume_.first_byte() + extent.sector * base::kSectorBytes;
    operation.bytes = extent.sectors * base::kSectorBytes;
    operation.queue = this;
    operation.first = &request;
    in_flight_.add(alone, operation);
    turns_.add(operation);
    return;
  }
  request.loss_epoch = flusher_.epoch();
  succeed(request);
}

}  // namespace disk
