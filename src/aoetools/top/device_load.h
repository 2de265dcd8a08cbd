// DeviceLoad: how busy the driver's devices are and how their paths feel, from /sys/block/*/stat and the
// driver's file in debugfs.
#pragma once

#include "kernel/aoe_driver.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aoetools {

// The driver knows this of one MAC of a target.
struct PathState {
  std::string mac;           // "0080c8caff65"
  std::uint64_t out = 0;     // requests on their way
  std::uint64_t window = 0;  // the most that may be
  std::uint64_t buffers = 0;
  std::uint64_t taint = 0;   // grows when it does not answer, and keeps requests away from it
  std::uint64_t frames = 0;  // requests that it was sent since the driver knows it
  double frame_rate = 0;     // of them, a second
  std::string interfaces;    // "eth0,eth1"
};

struct PathStates {
  std::optional<std::uint64_t> rtt_us, rtt_deviation_us;
  std::vector<PathState> paths;

  // The driver waits so long for a reply before it sends the request again, by its own formula. It looks
  // every tenth of a second, so it is never sooner than that.
  std::optional<std::uint64_t> retransmit_us() const;
};

// The text of /sys/kernel/debug/aoe/e1.0; what cannot be read in it is left out.
PathStates parse_path_states(std::string_view text);

// The counters of /sys/block/etherd!e1.0/stat.
struct Counters {
  std::uint64_t reads = 0, read_sectors = 0, writes = 0, written_sectors = 0, in_flight = 0;
};
std::optional<Counters> parse_counters(std::string_view line);

struct DeviceLoad {
  std::string name;
  std::string state;
  double reads = 0, read_bytes = 0, writes = 0, written_bytes = 0;  // a second
  std::uint64_t in_flight = 0;
  PathStates paths;
};

// Takes a picture of all devices; its rates are those since the picture before.
class LoadWatch {
 public:
  explicit LoadWatch(const kernel::AoeDriver& driver) : driver_(driver) {}
  std::vector<DeviceLoad> look(std::chrono::steady_clock::time_point now);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Before {
    std::optional<Counters> counters;
    std::map<std::string, std::uint64_t> frames;  // by the path's MAC
    Time at;
  };
  static void set_rates(DeviceLoad& load, const Counters& now, const Counters& before, double seconds);
  const kernel::AoeDriver& driver_;
  std::map<std::string, Before> before_;  // by the device's name
};

}  // namespace aoetools
