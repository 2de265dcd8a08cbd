// Flusher: brings an export's writes to stable storage, and is the one place that takes the kernel's reports
// of failed write-backs. The kernel gives a report once, to the call that asks first. So one call that may
// get it runs at a time (a flush, a write-back, an inquiry), and whichever gets it, the report reaches
// every write that waits and every client whose acknowledged data it may be about.
#pragma once

#include "disk/engine.h"
#include "disk/loss_record.h"
#include "disk/outcomes.h"
#include "disk/request.h"
#include "disk/volume.h"

#include <cstdint>

namespace disk {

// When a write is done.
enum class Durability : std::uint8_t {
  write,  // when it is on stable storage; the writes of a batch share one flush
  flush,  // when the kernel has it; a flush request brings it to stable storage
  none,   // when the kernel has it; flush requests do nothing
};

// Data that the disk did not take although their writes were acknowledged.
struct Losses {
  std::uint64_t count = 0;  // reports
  int error = 0;            // of the last one
};

class Flusher {
 public:
  Flusher(Volume& volume, Engine& engine, Queue& queue, Outcomes& outcomes, Durability durability)
      : volume_(volume), engine_(engine), queue_(queue), outcomes_(outcomes), durability_(durability) {}

  Durability durability() const { return durability_; }
  void set_durability(Durability durability);

  // A write or trim is carried out: acknowledges it when the promise of its durability is kept.
  void carried_out(Request& request);
  void flush(Request& request);
  // Starts to bring what the page cache holds to the device. Outcomes count it until it is done.
  void write_back();
  // Asks for a report if there may be one.
  void inquire();

  // Starts what is due and can be started. A flush waits for the writes in flight.
  void start_if_due(bool writes_in_flight);
  // Whether this operation came from here.
  bool owns(const Operation& operation) const;
  void completed(Operation& operation);

  // A flush, a write-back or an inquiry is on its way.
  bool is_running() const { return running_; }
  // A flush is due, and waits for the writes that are at the disk.
  bool is_due() const { return !running_ && !unflushed_.empty(); }
  // No write may start: writes that are tried again must not get the blame for a new one.
  bool holds_writes() const { return checked_ != nullptr || !doubtful_.empty(); }
  // A write that began in an earlier epoch than it ends in may be lost.
  unsigned epoch() const { return epoch_; }
  bool last_flush_failed() const { return failed_; }
  const Losses& losses() const { return losses_; }
  LossRecord& record() { return record_; }
  const LossRecord& record() const { return record_; }

 private:
  void start(Operation::Kind kind);
  void ended(Operation::Kind kind, int error);
  void acknowledge_covered();
  void take_report(int error);
  void note_loss();
  void doubt(Request& request);
  void check_next();
  void check_again();
  void checked(const Operation& operation);
  void end_check(int error);

  Volume& volume_;
  Engine& engine_;
  Queue& queue_;
  Outcomes& outcomes_;
  Durability durability_;

  Operation operation_{};  // the call that may take a report
  bool running_ = false;
  bool wants_write_back_ = false;
  bool wants_inquiry_ = false;
  RequestList covered_;    // by the flush that runs
  RequestList unflushed_;  // for the next one

  bool failed_ = false;
  int error_ = 0;  // of the last report
  unsigned epoch_ = 0;
  LossRecord record_;
  Losses losses_;

  // After a report: the writes that it may be about. Each is written again alone and sent to the disk.
  RequestList doubtful_;
  Request* checked_ = nullptr;
  bool second_attempt_ = false;  // at `checked_`
  bool explained_ = false;       // one of them is what the report was about
};

}  // namespace disk
