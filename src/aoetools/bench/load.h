// Load: keeps a number of ATA requests in flight to one or more targets behind one MAC and measures what
// comes back. The engine of `aoe bench` and of tests/bench; pure over a Link and the time that it is told.
//
// Tags carry bit 31, the half that the Linux driver leaves to user space. A request without a reply is sent
// again after LoadPlan::retransmit, and its latency counts from the first sending.
#pragma once

#include "aoe/address.h"
#include "aoetools/bench/latency_histogram.h"
#include "base/mac_address.h"
#include "base/result.h"
#include "net/link.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace aoetools {

struct LoadPlan {
  enum class Pattern { random, sequential };

  base::MacAddress server;
  std::vector<aoe::Address> targets;      // requests go to them in turn; at least one
  std::uint64_t first_sector = 0;         // the stretch of each target that is used
  std::uint64_t sectors = 0;              // at least sectors_per_request
  std::uint32_t sectors_per_request = 2;  // at most what the frame holds
  unsigned depth = 32;                    // requests in flight, 1..kMaxDepth
  Pattern pattern = Pattern::random;
  unsigned write_percent = 0;
  // Reads must return what aoetools/bench/load_pattern.h says. Writes always write that, so that both may run
  // at once.
  bool verify = false;
  std::uint64_t seed = 1;
  std::chrono::nanoseconds retransmit = std::chrono::milliseconds(200);
};

struct LoadResult {
  std::chrono::nanoseconds elapsed{0};
  std::uint64_t reads = 0;  // requests answered with success
  std::uint64_t writes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;      // answered by an AoE or ATA error
  std::uint64_t mismatches = 0;  // sectors read that are not as expected
  std::uint64_t retransmissions = 0;
  std::uint64_t strays = 0;  // replies that nothing in flight asked for: duplicates, as a rule
  LatencyHistogram latency;

  double iops() const { return a_second(static_cast<double>(reads + writes)); }
  double bytes_per_second() const { return a_second(static_cast<double>(bytes)); }

 private:
  double a_second(double count) const {
    const double seconds = std::chrono::duration<double>(elapsed).count();
    return seconds > 0 ? count / seconds : 0;
  }
};

class Load {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr unsigned kMaxDepth = 4096;

  Load(net::Link& link, LoadPlan plan);

  // Sends the first requests. Errors here and below: the link is gone.
  base::Result<> start(Time now);
  // Takes what has arrived on the link, and sends a new request for each that is done. True: something had
  // arrived.
  base::Result<bool> step(Time now);
  // Sends again what waits for too long. Call it every few milliseconds.
  base::Result<> tick(Time now);
  // From here on no new requests.
  void stop() { stopping_ = true; }
  unsigned in_flight() const { return in_flight_; }

  // Begins to count afresh: after a warm-up.
  void reset(Time now);
  LoadResult result(Time now) const;

 private:
  struct Slot {
    std::uint32_t tag = 0;
    bool busy = false;
    bool write = false;
    std::uint64_t sector = 0;
    Time first_sent;
    Time last_sent;
    std::array<std::byte, 36> header{};
    std::vector<std::byte> data;  // for writes
  };

  void prepare(Slot& slot, std::size_t number, Time now);
  net::OutFrame frame_of(const Slot& slot) const;
  void take(net::Frame frame, Time now);
  void check(const Slot& slot, base::Bytes data);
  std::uint64_t next_sector();
  std::uint64_t next_random();
  base::Result<> send_waiting();

  net::Link& link_;
  LoadPlan plan_;
  std::vector<Slot> slots_;
  std::vector<net::OutFrame> out_;
  unsigned in_flight_ = 0;
  bool stopping_ = false;
  std::uint64_t cursor_ = 0;
  std::size_t next_target_ = 0;
  std::uint64_t random_;
  std::uint32_t generation_ = 0;
  Time since_;
  LoadResult counts_;
};

struct LoadRun {
  std::chrono::nanoseconds warm_up = std::chrono::milliseconds(200);
  std::chrono::nanoseconds duration = std::chrono::seconds(1);
  // The load looks at the ring for so long before it sleeps; a server's own latency shows only to a client
  // that does not sleep.
  std::chrono::nanoseconds spin = std::chrono::microseconds(50);
  // Called about four times a second, and between nothing else; may be empty. False ends the run.
  std::function<bool(const LoadResult&)> progress;
};

// Runs a plan by the clock. Ends early when nothing at all is answered for 5 seconds: an error that says so.
base::Result<LoadResult> run_load(net::Link& link, const LoadPlan& plan, const LoadRun& run);

}  // namespace aoetools
