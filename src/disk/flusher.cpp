#include "disk/flusher.h"

#include "disk/transfer.h"

#include <cerrno>
#include <utility>

namespace disk {

namespace {

int error_of(const Operation& operation) {
  return operation.result < 0 ? static_cast<int>(-operation.result) : 0;
}

// Nothing that waits is written again: later writes to its sectors may have been acknowledged from memory.
void forbid_retry(RequestList& requests) {
  for (Request* request = requests.front(); request != nullptr; request = request->next)
    request->retried = true;
}

}  // namespace

void Flusher::set_durability(Durability durability) {
  if (std::exchange(durability_, durability) == durability) return;
  forbid_retry(covered_);
  forbid_retry(unflushed_);
}

void Flusher::carried_out(Request& request) {
  const bool suspect = request.loss_epoch != epoch_;  // a report came meanwhile
  if (durability_ != Durability::write && !request.durable) {
    record_.wrote(request.sender);
    if (suspect) record_.lose(request.sender, error_);
    outcomes_.finish(request, 0);
    return;
  }
  if (volume_.nowait_support() != NowaitSupport::not_needed) request.keep_payload();
  if (suspect) {
    doubt(request);
  } else {
    unflushed_.push(request);
  }
}

void Flusher::flush(Request& request) {
  if (durability_ == Durability::none) {
    outcomes_.finish(request, record_.answer(request.sender));
  } else {
    unflushed_.push(request);
  }
}

void Flusher::write_back() {
  if (!std::exchange(wants_write_back_, true)) outcomes_.begin();
}

// What waits for a flush hears of everything by it.
void Flusher::inquire() {
  wants_inquiry_ = durability_ != Durability::write && !volume_.read_only() && record_.is_unflushed();
}

void Flusher::start_if_due(bool writes_in_flight) {
  if (running_ || checked_ != nullptr) return;
  while (!doubtful_.empty() && !writes_in_flight) {
    check_next();
    if (checked_ != nullptr) return;
  }
  if (!doubtful_.empty()) return;
  if (wants_write_back_) {
    start(Operation::Kind::write_back);
  } else if (!unflushed_.empty() && !writes_in_flight) {
    covered_ = std::exchange(unflushed_, {});
    record_.flush_begins();
    start(Operation::Kind::sync);
  } else if (unflushed_.empty() && std::exchange(wants_inquiry_, false)) {
    start(Operation::Kind::inquire);
  }
}

void Flusher::start(Operation::Kind kind) {
  running_ = true;
  operation_.kind = kind;
  operation_.volume = &volume_;
  operation_.fd = volume_.fd();  // for all of them: each open file gets reports of its own
  operation_.queue = &queue_;
  if (kind == Operation::Kind::sync && engine_.try_now(operation_)) {
    ended(kind, error_of(operation_));
  } else {
    engine_.start(operation_);
  }
}

bool Flusher::owns(const Operation& operation) const {
  return &operation == &operation_ || (checked_ != nullptr && &operation == &checked_->operation);
}

void Flusher::completed(Operation& operation) {
  if (&operation == &operation_) {
    ended(operation.kind, error_of(operation));
  } else {
    checked(operation);
  }
}

void Flusher::ended(Operation::Kind kind, int error) {
  running_ = false;
  if (kind == Operation::Kind::write_back) {
    wants_write_back_ = false;
    outcomes_.end();
  }
  if (kind == Operation::Kind::sync) failed_ = error != 0;
  if (error != 0) {
    take_report(error);
  } else if (kind == Operation::Kind::sync) {
    record_.flush_succeeded();
    acknowledge_covered();
  }
}

void Flusher::acknowledge_covered() {
  while (!covered_.empty()) {
    Request& request = *covered_.pop();
    outcomes_.finish(request, request.command == Command::flush ? record_.answer(request.sender) : 0);
  }
}

// Whatever call got the report, it may be about any write that no flush has covered.
void Flusher::take_report(int error) {
  error_ = error;
  ++epoch_;
  RequestList waiting = std::exchange(covered_, {});
  waiting.append(unflushed_);
  while (!waiting.empty()) doubt(*waiting.pop());
  explained_ = false;
  if (durability_ != Durability::write || doubtful_.empty()) note_loss();
}

void Flusher::note_loss() {
  if (!record_.lose(error_)) return;
  ++losses_.count;
  losses_.error = error_;
}

// A flush is made again, a write is checked, each once. With another durability than `write` a later write to
// the same sectors may have been acknowledged, and must not be undone.
void Flusher::doubt(Request& request) {
  const bool again = request.command == Command::flush ||
                     (request.command == Command::write && durability_ == Durability::write);
  if (!again || std::exchange(request.retried, true)) {
    outcomes_.finish(request, error_);
  } else if (request.command == Command::flush) {
    unflushed_.push(request);
  } else {
    doubtful_.push(request);
  }
}

void Flusher::check_next() {
  checked_ = doubtful_.pop();
  second_attempt_ = false;
  check_again();
}

void Flusher::check_again() {
  if (checked_->end() > volume_.sectors_now()) {  // the file was cut, and must not grow again
    end_check(EIO);
    return;
  }
  Operation& operation = checked_->operation;
  begin_transfer(operation, volume_, *checked_);
  add_request(operation, *checked_);
  choose_way(operation);
  operation.queue = &queue_;
  engine_.start(operation);
}

// Written again, the sectors are sent to the disk. The report of that is about the whole file as well, so an
// error counts only when it comes twice in a row.
void Flusher::checked(const Operation& done) {
  const int error = error_of(done);
  if (done.kind == Operation::Kind::write) {
    if (error != 0 || static_cast<std::uint64_t>(done.result) < done.bytes) {
      end_check(error != 0 ? error : EIO);
      return;
    }
    Operation& operation = checked_->operation;
    operation.kind = Operation::Kind::write_back;
    operation.fd = volume_.fd();
    engine_.start(operation);
  } else if (error != 0 && !std::exchange(second_attempt_, true)) {
    check_again();
  } else {
    end_check(error);
  }
}

void Flusher::end_check(int error) {
  Request& request = *std::exchange(checked_, nullptr);
  if (error == 0) {
    request.loss_epoch = epoch_;
    unflushed_.push(request);
  } else {
    explained_ = true;
    outcomes_.finish(request, error);
  }
  if (!doubtful_.empty()) return;
  if (!explained_) note_loss();
}

}  // namespace disk
