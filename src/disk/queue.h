// Queue: the order of one export's disk work. It takes the requests of a batch, merges neighbours into one
// operation, answers what the page cache holds at once, keeps requests to the same sectors apart, and
// holds a write's acknowledgement back until the promise of its durability is kept.
#pragma once

#include "disk/engine.h"
#include "disk/request.h"
#include "disk/volume.h"

#include <cstdint>
#include <span>
#include <vector>

namespace disk {

// When a write is done.
enum class Durability : std::uint8_t {
  write,  // when it is on stable storage; the writes of a batch share one flush
  flush,  // when the kernel has it; a flush request brings it to stable storage
  none,   // when the kernel has it; flush requests do nothing
};

class Queue {
 public:
  // Completed requests are pushed to `done`, also while run() works.
  Queue(Volume& volume, Engine& engine, Durability durability, RequestList& done)
      : volume_(volume), engine_(engine), durability_(durability), done_(done) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // Takes a request of the batch that run() will end.
  void add(Request& request);
  // Does or starts the batch. Payloads in foreign memory are not looked at after it.
  void run();
  // An operation of this queue came back from the engine.
  void completed(Operation& operation);

  // Starts to bring what the page cache holds of the volume to the device, which closing a device would wait
  // for. outstanding() counts it until it is done.
  void write_back();

  // Requests taken and not yet done.
  unsigned outstanding() const { return outstanding_; }
  // The last flush failed: what it covered was reported as failed. A flush that goes well clears it.
  bool flush_failed() const { return flush_failed_; }
  Durability durability() const { return durability_; }
  void set_durability(Durability durability) { durability_ = durability; }

 private:
  struct Range {
    std::uint64_t begin;
    std::uint64_t end;
    bool writes;
    const Operation* operation;
  };

  using Group = std::span<Request* const>;  // requests to neighbouring sectors, in their order

  bool find_cached(Request& request);
  void run_merged(std::span<Request*> requests);
  void run_group(Group group);
  bool run_inline(Operation& operation, Group group);
  void wait_for_sectors(Request& request);
  void start_waiting();
  void start(Operation& operation);
  void start_singly(Request& request);
  bool collides(std::uint64_t begin, std::uint64_t end, bool writes) const;
  bool must_wait(Group group) const;
  void forget_range(const Operation& operation);

  void settle(Operation& operation);
  void succeed(Request& request);
  void finish(Request& request, int error);

  void start_flush_if_due();
  void flushed(int error);
  void start_next_extent(Request& request);

  Volume& volume_;
  Engine& engine_;
  Durability durability_;
  RequestList& done_;

  RequestList batch_;
  RequestList waiting_;            // for sectors that an earlier request touches
  std::vector<Range> in_flight_;   // operations that the engine has, without the flush
  unsigned writes_in_flight_ = 0;  // of those
  bool trimming_ = false;          // a trim has the export to itself
  unsigned outstanding_ = 0;

  // The flush in flight covers `covered_`; what came later waits in `unflushed_` for the next one.
  Operation flush_{};
  bool flushing_ = false;
  bool flush_failed_ = false;
  unsigned failed_flushes_ = 0;
  RequestList covered_;
  RequestList unflushed_;

  Operation write_back_{};
  bool writing_back_ = false;
};

}  // namespace disk
