#include "aoetools/driver_commands/driver_json.h"

#include "base/number.h"
#include "base/units.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <sys/stat.h>

namespace aoetools {

namespace {

base::Json device_json(const kernel::AoeDevice& device) {
  base::Json bytes;
  if (device.sectors) bytes = *device.sectors * base::kSectorBytes;
  return base::Json::Fields{{"device", device.name},
                            {"shelf", device.address.shelf},
                            {"slot", device.address.slot},
                            {"bytes", bytes},
                            {"interfaces", interfaces_json(device.interfaces.value_or(""))},
                            {"payload", device.payload ? base::parse_number(*device.payload) : std::nullopt},
                            {"state", device.state},
                            {"up", device.is_up()},
                            {"mac", device.mac},
                            {"firmware", device.firmware}};
}

base::Json node_json(const kernel::DeviceNode& node) {
  return base::Json::Fields{{"file", node.file.native()},
                            {"kind", S_ISBLK(node.kind) ? "block" : "character"},
                            {"mode", fmt::format("{:04o}", node.mode)},
                            {"major", kernel::kAoeMajor},
                            {"minor", node.minor}};
}

base::Json path_json(const PathState& path) {
  return base::Json::Fields{{"mac", path.mac},
                            {"out", path.out},
                            {"window", path.window},
                            {"buffers", path.buffers},
                            {"taint", path.taint},
                            {"frames_per_second", path.frame_rate},
                            {"interfaces", interfaces_json(path.interfaces)}};
}

base::Json load_json(const DeviceLoad& load) {
  return base::Json::Fields{{"device", load.name},
                            {"state", load.state},
                            {"reads_per_second", load.reads},
                            {"read_bytes_per_second", load.read_bytes},
                            {"writes_per_second", load.writes},
                            {"written_bytes_per_second", load.written_bytes},
                            {"in_flight", load.in_flight},
                            {"rtt_us", load.paths.rtt_us},
                            {"rtt_deviation_us", load.paths.rtt_deviation_us},
                            {"retransmit_us", load.paths.retransmit_us()},
                            {"paths", base::Json::list_of(load.paths.paths, path_json)}};
}

base::Json map_node_json(const MapNode& node) {
  return base::Json::Fields{{"kind", kind_text(node.kind)},
                            {"name", node.name},
                            {"detail", node.detail},
                            {"carries", base::Json::list_of(node.above)}};
}

}  // namespace

base::Json to_json(const std::vector<kernel::AoeDevice>& devices) {
  return base::Json::list_of(devices, device_json);
}

base::Json to_json(const std::vector<kernel::DeviceNode>& nodes) {
  return base::Json::list_of(nodes, node_json);
}

base::Json to_json(const std::vector<DeviceLoad>& loads) {
  return base::Json::list_of(loads, load_json);
}

base::Json to_json(const StorageMap& map) {
  return base::Json::Fields{{"nodes", base::Json::list_of(map.nodes, map_node_json)}};
}

base::Json interfaces_json(std::string_view list) {
  base::Json::List names;
  if (list == "none") return names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
    if (end > 0) names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

base::Json used_interfaces_json(std::string_view list) {
  const base::Json names = interfaces_json(list);
  return base::Json::Fields{{"all", names.items().empty()}, {"interfaces", names}};
}

}  // namespace aoetools
