// Export: one disk as it is served: the target that initiators see, the volume behind it, and the order of
// its disk work. It is the same on every interface.
#pragma once

#include "aoe/target.h"
#include "config/server_config.h"
#include "disk/queue.h"
#include "disk/volume.h"
#include "vblade/client_table.h"
#include "vblade/latency.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vblade {

// Requests that mask or access list did not let in.
struct Refusals {
  std::uint64_t count = 0;
  base::MacAddress last;  // who sent the last one
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
};

class Export {
 public:
  Export(const config::Export& settings, disk::Volume volume, disk::Engine& engine, disk::RequestList& done);

  // Takes over settings that leave the volume as it is.
  void apply(const config::Export& settings);
  // Whether these settings need another volume than the one that is open.
  bool same_volume(const config::Export& settings) const;
  // What initiators changed: config string, mask list, reservation.
  void take_state(const Export& other);
  // What SMART says of the disk: failing while the last flush failed, and for a minute after each error. Once
  // a second.
  void refresh_health();
  // What is to be told of refusals: the first at once, then a sum once a minute. Once a second.
  std::optional<Refusals> refusals_to_tell();
  // Looks at the disk's size; true when it changed.
  bool refresh_size();
  // Looks where the path leads; true when that changed.
  bool refresh_place();
  disk::Place place() const { return place_; }

  const config::Export& settings() const { return settings_; }
  aoe::Address address() const { return target.address; }

  disk::Volume volume;
  disk::Queue queue;
  aoe::Target target;
  ExportCounters counters;
  Latency latency;
  ClientTable clients;
  base::MacAddress refused_last;        // of whom the last request was refused
  std::vector<std::string> interfaces;  // that it is served on
  bool drained = false;                 // takes no requests until the next reload
  bool touched = false;                 // has work in the batch that is being collected

 private:
  config::Export settings_;
  disk::Place place_ = disk::Place::same;
  std::uint64_t errors_seen_ = 0;
  unsigned failing_seconds_ = 0;
  std::uint64_t refusals_told_ = 0;
  unsigned silent_seconds_ = 0;
};

// What disk::Volume needs to know of an export's settings.
disk::VolumeOptions volume_options(const config::Export& settings);

}  // namespace vblade
