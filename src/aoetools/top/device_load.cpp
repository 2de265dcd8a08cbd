#include "aoetools/top/device_load.h"

#include "base/number.h"
#include "base/printable.h"
#include "base/trim.h"
#include "base/units.h"
#include "kernel/attribute.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace aoetools {

namespace {

// A file that is longer is none of the driver's.
constexpr std::size_t kMostBytes = 64 * 1024;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text(kMostBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// "0080c8caff65:3:16:16": the MAC, requests on their way, the window, buffers.
std::optional<PathState> parse_path(std::string_view line) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = std::min(line.find(':'), line.size());
    parts[i] = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  const auto out = base::parse_number(parts[1]), window = base::parse_number(parts[2]),
             buffers = base::parse_number(parts[3]);
  if (parts[0].size() != 12 || parts[0].find_first_not_of("0123456789abcdef") != parts[0].npos || !out ||
      !window || !buffers || !line.empty())
    return std::nullopt;
  PathState path;
  path.mac = parts[0];
  path.out = *out;
  path.window = *window;
  path.buffers = *buffers;
  return path;
}

// A counter that is less than before began afresh.
double rate(std::uint64_t from, std::uint64_t to, double seconds) {
  return to < from || seconds <= 0 ? 0.0 : static_cast<double>(to - from) / seconds;
}

void read_round_trip(const std::string& line, PathStates& states) {
  std::istringstream words(line);
  std::string rtt, deviation, label;
  words >> label >> rtt >> label >> deviation;
  states.rtt_us = base::parse_number(rtt);
  states.rtt_deviation_us = base::parse_number(deviation);
}

}  // namespace

std::optional<std::uint64_t> PathStates::retransmit_us() const {
  if (!rtt_us || !rtt_deviation_us) return std::nullopt;
  return 2 * *rtt_us + 8 * *rtt_deviation_us;
}

PathStates parse_path_states(std::string_view text) {
  PathStates states;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    const std::string_view line = base::trimmed(whole);
    if (line.starts_with("rttavg:")) {
      read_round_trip(std::string(line), states);
    } else if (auto path = parse_path(line)) {
      states.paths.push_back(std::move(*path));
    } else if (!states.paths.empty() && whole.starts_with('\t')) {
      // The lines below a MAC are about it: "taint:0", "ssthresh:8", reads and writes ("r:7"), and last its
      // interfaces.
      if (line.starts_with("r:") || line.starts_with("w:")) {
        states.paths.back().frames += base::parse_number(line.substr(2)).value_or(0);
      } else if (line.starts_with("taint:")) {
        states.paths.back().taint = base::parse_number(line.substr(6)).value_or(0);
      } else if (line.find(':') == line.npos) {
        states.paths.back().interfaces = base::printable(line);
      }
    }
  }
  return states;
}

std::optional<Counters> parse_counters(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::array<std::uint64_t, 9> numbers{};
  for (std::uint64_t& number : numbers) {
    if (!(words >> number)) return std::nullopt;
  }
  return Counters{.reads = numbers[0],
                  .read_sectors = numbers[2],
                  .writes = numbers[4],
                  .written_sectors = numbers[6],
                  .in_flight = numbers[8]};
}

void LoadWatch::set_rates(DeviceLoad& load, const Counters& now, const Counters& before, double seconds) {
  load.reads = rate(before.reads, now.reads, seconds);
  load.read_bytes = rate(before.read_sectors, now.read_sectors, seconds) * base::kSectorBytes;
  load.writes = rate(before.writes, now.writes, seconds);
  load.written_bytes = rate(before.written_sectors, now.written_sectors, seconds) * base::kSectorBytes;
}

std::vector<DeviceLoad> LoadWatch::look(std::chrono::steady_clock::time_point now) {
  std::vector<DeviceLoad> loads;
  std::map<std::string, Before> seen;
  for (const kernel::AoeDevice& device : driver_.devices()) {
    DeviceLoad load;
    load.name = device.name;
    load.state = base::printable(device.state.value_or("-"));
    load.paths = parse_path_states(text_of(driver_.paths().sysfs / "kernel" / "debug" / "aoe" / device.name));
    const auto line = kernel::first_line(driver_.folder_of(device.name) / "stat");
    Before& picture = seen[device.name];
    picture.at = now;
    picture.counters = line ? parse_counters(*line) : std::nullopt;
    load.in_flight = picture.counters ? picture.counters->in_flight : 0;
    const Before before = before_[device.name];
    const double seconds = std::chrono::duration<double>(now - before.at).count();
    if (picture.counters && before.counters) set_rates(load, *picture.counters, *before.counters, seconds);
    for (PathState& path : load.paths.paths) {
      picture.frames[path.mac] = path.frames;
      if (const auto old = before.frames.find(path.mac); old != before.frames.end())
        path.frame_rate = rate(old->second, path.frames, seconds);
    }
    loads.push_back(std::move(load));
  }
  before_ = std::move(seen);
  return loads;
}

}  // namespace aoetools
