// Queue: the order of one export's disk work. It takes the requests of a batch, merges neighbours into one
// operation, answers what the page cache holds at once, keeps requests to the same sectors apart, and
// holds a write's acknowledgement back until the promise of its durability is kept.
#pragma once

#include "disk/client_turns.h"
#include "disk/engine.h"
#include "disk/flusher.h"
#include "disk/in_flight.h"
#include "disk/outcomes.h"
#include "disk/request.h"
#include "disk/volume.h"

#include <cstdint>
#include <span>

namespace disk {

class Queue {
 public:
  // Completed requests are pushed to `done`, also while run() works.
  Queue(Volume& volume, Engine& engine, Durability durability, RequestList& done)
      : volume_(volume),
        engine_(engine),
        outcomes_(done, turns_),
        flusher_(volume, engine, *this, outcomes_, durability) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // Whether there is room for this request: for one of its client, and for one at all.
  bool has_room(const Request& request) const { return turns_.has_room(request, outstanding()); }
  // Takes a request of the batch that run() will end.
  void add(Request& request);
  // Does or starts the batch. Payloads in foreign memory are not looked at after it.
  void run();
  // An operation of this queue came back from the engine.
  void completed(Operation& operation);

  // Starts to bring what the page cache holds of the volume to the device, which closing a device would wait
  // for. outstanding() counts it until it is done.
  void write_back();
  // Asks whether the disk failed to take what was acknowledged from memory. Never waits for the disk.
  void inquire();

  // Requests taken and not yet done.
  unsigned outstanding() const { return outcomes_.outstanding(); }
  // The last flush failed. A flush that goes well clears it.
  bool flush_failed() const { return flusher_.last_flush_failed(); }
  const Losses& losses() const { return flusher_.losses(); }
  LossRecord& loss_record() { return flusher_.record(); }
  const LossRecord& loss_record() const { return flusher_.record(); }
  Durability durability() const { return flusher_.durability(); }
  // Operations that a client may have at the disk while others want it, too.
  void set_window(unsigned operations) { turns_.set_window(operations); }
  void set_durability(Durability durability) { flusher_.set_durability(durability); }

 private:
  bool is_cut_off(Request& request);
  bool is_cut_off(Operation& operation);
  bool find_cached(Request& request);
  void run_merged(std::span<Request*> requests);
  void run_group(Group group);
  // Where a write may wait for its file system, an administrator who chose speed before durability takes the
  // bet that it does not.
  bool bets_on_stores() const {
    return !volume_.writes_may_sleep() || flusher_.durability() != Durability::write;
  }
  bool run_inline(Operation& operation, Group group);
  void wait_for_sectors(Request& request);
  void keep_waiting(Request& request);
  void advance();
  void start_waiting();
  void start_by_turns();
  void start_singly(Request& request);
  bool must_wait(Group group) const;
  void isolate(Request* first);

  void carried_out(Operation& operation);
  void settle(Operation& operation);
  void succeed(Request& request);
  void start_next_extent(Request& request);

  Volume& volume_;
  Engine& engine_;
  ClientTurns turns_;
  Outcomes outcomes_;
  Flusher flusher_;

  RequestList batch_;
  RequestList waiting_;        // for sectors that an earlier request touches
  InFlight in_flight_;         // without the flusher's operations
  bool trusts_cache_ = true;   // what was in memory a moment ago is there, or comes soon
  std::uint64_t present_ = 0;  // sectors that were there at the last look
};

}  // namespace disk
