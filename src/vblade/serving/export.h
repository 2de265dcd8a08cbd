// Export: one disk as it is served: the target that initiators see, the volume behind it, and the order of
// its disk work. It is the same on every interface.
#pragma once

#include "aoe/target.h"
#include "base/fd.h"
#include "config/server_config.h"
#include "disk/queue.h"
#include "disk/volume.h"
#include "vblade/serving/client_table.h"
#include "vblade/serving/held_requests.h"
#include "vblade/serving/latency.h"
#include "vblade/serving/limiter.h"
#include "vblade/serving/rival.h"
#include "vblade/serving/tally.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vblade {

// Requests that mask or access list did not let in.
struct Refusals {
  std::uint64_t count = 0;
  base::MacAddress last;  // who sent the last one
};

// Requests that the disk failed.
struct DiskErrors {
  std::uint64_t count = 0;
  disk::Command command = disk::Command::read;  // of the last one, as are the others
  std::uint64_t sector = 0;                     // of 512 bytes, from the start of the export
  std::uint32_t sectors = 0;
  int error = 0;  // an errno

  std::string text() const;
};

struct ExportCounters {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t flushes = 0;
  std::uint64_t others = 0;  // everything else that was answered
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t errors = 0;   // disk work that failed
  std::uint64_t refused = 0;  // by mask or access list
  std::uint64_t dropped = 0;  // malformed, or more than we hold at a time
  std::uint64_t limited = 0;  // delayed or dropped, because a limit was reached
};

class Export {
 public:
  Export(const config::Export& settings, std::unique_ptr<disk::Volume> volume, disk::Engine& engine,
         disk::RequestList& done);

  // Takes over settings that leave the volume as it is.
  void apply(const config::Export& settings);
  // Whether these settings need another volume than the one that is open.
  bool same_volume(const config::Export& settings) const;
  // What initiators changed: config string, mask list, reservation.
  void take_state(const aoe::TargetState& other) { static_cast<aoe::TargetState&>(target) = other; }
  // The disk failed a request: SMART and the status call it failing for a minute after the last such error,
  // while the last flush has failed, and while a client has not got the error of data that it lost.
  // A disk that cannot trim after all is not failing: TRIM is no longer offered, and false is returned.
  bool note_error(const disk::Request& request);
  // Before a device is closed: its disk may take its time, and the queue, unlike close(), does not wait. The
  // export is idle when outstanding() of the queue is 0.
  void write_back();
  // Once a second.
  void refresh_health();
  // What is to be told of the disk's errors. Once a second.
  std::optional<DiskErrors> errors_to_tell();
  // What is to be told of acknowledged data that are lost: at once, then once a minute.
  std::optional<std::string> losses_to_tell();
  // What is to be told of refusals. Once a second.
  std::optional<Refusals> refusals_to_tell();
  // How often rivals were heard since that was reported, when it is time to report it. Once a second.
  std::optional<std::uint64_t> rivals_to_tell() { return rivals_.due(rival_answers); }
  // Looks at the disk's size; true when it changed.
  bool refresh_size();
  // Where the path leads now; true when that changed.
  bool take_path_state(disk::PathState now) { return std::exchange(path_state_, now) != now; }
  disk::PathState path_state() const { return path_state_; }

  // Requests that are not done yet.
  unsigned outstanding() const { return queue.outstanding() + static_cast<unsigned>(held.size()); }

  const config::Export& settings() const { return settings_; }
  aoe::Address address() const { return target.address; }

  const std::unique_ptr<disk::Volume> volume;
  disk::Queue queue;
  aoe::Target target;
  ExportCounters counters;
  Latency latency;
  ClientTable clients;
  Limiter limiter;
  HeldRequests held;                       // over the limit
  base::MacAddress refused_last;           // of whom the last request was refused
  std::vector<std::string> interfaces;     // that it is served on
  std::map<std::string, base::Fd> claims;  // by interface: nobody else on this machine has the address there
  std::vector<Rival> rivals;               // heard of lately
  std::uint64_t rival_answers = 0;         // frames of theirs
  bool drained = false;                    // takes no requests until the next reload
  unsigned* device_load = nullptr;         // requests of all exports that lie on its device
  bool touched = false;                    // has work in the batch that is being collected

 private:
  config::Export settings_;
  disk::PathState path_state_ = disk::PathState::same;
  unsigned failing_seconds_ = 0;
  std::uint64_t failed_requests_ = 0;
  std::uint64_t losses_ = 0;  // that the counters have
  DiskErrors last_error_;
  Tally errors_;
  Tally told_losses_;
  Tally refusals_;
  Tally rivals_;
};

// What disk::Volume needs to know of an export's settings.
disk::VolumeOptions volume_options(const config::Export& settings);

}  // namespace vblade
