#include "aoetools/json/json.h"

#include "aoetools/command_line/printable.h"
#include "base/number.h"
#include "base/units.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace aoetools {

namespace {

using Json = nlohmann::ordered_json;

// Hostile or foreign bytes become U+FFFD instead of an exception.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

Json list_of(std::string_view names) {
  Json list = Json::array();
  if (names == "none") return list;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find_first_of(", \t"), names.size());
    if (end > 0) list.push_back(std::string(names.substr(0, end)));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return list;
}

Json json_of(const TargetPath& path) {
  return {{"interface", path.interface},
          {"mac", path.mac.text()},
          {"mtu", path.mtu},
          {"sectors_per_frame", path.sectors},
          {"sectors_carried", path.carried ? Json(*path.carried) : Json()},
          {"mtu_proven", path.proven_mtu() ? Json(*path.proven_mtu()) : Json()},
          {"refusal", path.refusal.empty() ? Json() : Json(path.refusal)},
          {"buffers", path.buffers},
          {"firmware", path.firmware},
          {"config", printable(path.config)}};
}

Json json_of(const std::vector<TargetFound>& targets) {
  Json list = Json::array();
  for (const TargetFound& target : targets) {
    const auto& identity = target.best().identity;
    const std::string conflict = target.conflict();
    Json paths = Json::array();
    for (const TargetPath& path : target.paths) paths.push_back(json_of(path));
    list.push_back({{"target", target.address.text()},
                    {"shelf", target.address.shelf},
                    {"slot", target.address.slot},
                    {"bytes", identity ? Json(identity->sectors * base::kSectorBytes) : Json()},
                    {"model", identity ? Json(identity->model) : Json()},
                    {"serial", identity ? Json(identity->serial) : Json()},
                    {"conflict", conflict.empty() ? Json() : Json(conflict)},
                    {"paths", std::move(paths)}});
  }
  return list;
}

}  // namespace

std::string json_text(const std::vector<kernel::AoeDevice>& devices) {
  Json list = Json::array();
  for (const kernel::AoeDevice& device : devices) {
    const auto payload = device.payload ? base::parse_number(*device.payload) : std::nullopt;
    list.push_back({{"device", device.name},
                    {"shelf", device.address.shelf},
                    {"slot", device.address.slot},
                    {"bytes", device.sectors ? Json(*device.sectors * base::kSectorBytes) : Json()},
                    {"interfaces", list_of(device.interfaces.value_or(""))},
                    {"payload", payload ? Json(*payload) : Json()},
                    {"state", or_null(device.state)},
                    {"up", device.is_up()},
                    {"mac", or_null(device.mac)},
                    {"firmware", or_null(device.firmware)}});
  }
  return text_of(list);
}

std::string json_text(const std::vector<TargetFound>& targets) {
  return text_of(json_of(targets));
}

std::string json_text(const Told& told) {
  const Json json{
      {"seconds", std::chrono::duration<double>(told.at).count()},
      {"source", told.source},
      {"destination", told.destination},
      {"target", told.target},
      {"reply", told.reply},
      {"error", told.error},
      {"words", told.words},
      {"latency_us", told.latency ? Json(static_cast<double>(told.latency->count()) / 1e3) : Json()}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string json_text(aoe::Address target, const LoadPlan& plan, const LoadResult& result) {
  const auto micro = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; };
  Json latency{{"mean", micro(result.latency.mean())}, {"max", micro(result.latency.max())}};
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}}) {
    latency[name] = micro(result.latency.percentile(share));
  }
  return text_of({{"target", target.text()},
                  {"sectors_per_request", plan.sectors_per_request},
                  {"depth", plan.depth},
                  {"pattern", plan.pattern == LoadPlan::Pattern::random ? "random" : "sequential"},
                  {"write_percent", plan.write_percent},
                  {"seconds", std::chrono::duration<double>(result.elapsed).count()},
                  {"iops", result.iops()},
                  {"bytes_per_second", result.bytes_per_second()},
                  {"reads", result.reads},
                  {"writes", result.writes},
                  {"errors", result.errors},
                  {"mismatches", result.mismatches},
                  {"retransmissions", result.retransmissions},
                  {"latency_us", std::move(latency)}});
}

std::string json_text(const std::vector<Awaited>& devices) {
  Json list = Json::array();
  for (const Awaited& device : devices) {
    list.push_back({{"device", device.name.text()},
                    {"present", device.present},
                    {"milliseconds", device.after.count()},
                    {"reason", device.present ? Json() : Json(device.lack)}});
  }
  return text_of(list);
}

std::string json_text(const std::vector<kernel::DeviceNode>& nodes) {
  Json list = Json::array();
  for (const kernel::DeviceNode& node : nodes) {
    list.push_back({{"file", node.file.native()},
                    {"kind", S_ISBLK(node.kind) ? "block" : "character"},
                    {"mode", fmt::format("{:04o}", node.mode)},
                    {"major", kernel::kAoeMajor},
                    {"minor", node.minor}});
  }
  return text_of(list);
}

std::string json_text(const std::vector<Flushed>& devices) {
  Json list = Json::array();
  for (const auto& [device, forgotten] : devices)
    list.push_back({{"device", device}, {"forgotten", forgotten}});
  return text_of(list);
}

std::string json_text(const Written& written) {
  return text_of({{"device", written.device}, {"bytes", written.bytes}});
}

std::string json_text(const StorageMap& map) {
  Json list = Json::array();
  for (const MapNode& node : map.nodes) {
    Json above = Json::array();
    for (const std::size_t index : node.above) above.push_back(index);
    list.push_back({{"kind", kind_text(node.kind)},
                    {"name", node.name},
                    {"detail", node.detail},
                    {"carries", std::move(above)}});
  }
  return text_of({{"nodes", std::move(list)}});
}

std::string json_text(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"level", level_text(finding.level)},
                    {"finding", finding.what},
                    {"remedy", finding.remedy.empty() ? Json() : Json(finding.remedy)}});
  }
  return text_of(list);
}

std::string json_text(const Versions& versions) {
  return text_of({{"aoetools", versions.tools},
                  {"driver_installed", or_null(versions.installed)},
                  {"driver_running", or_null(versions.running)}});
}

std::string json_text(const ConfigHeard& heard) {
  const Json json{{"time", std::chrono::duration<double>(heard.time.time_since_epoch()).count()},
                  {"target", heard.target.text()},
                  {"interface", heard.interface},
                  {"mac", heard.mac.text()},
                  {"buffers", heard.buffers},
                  {"sectors_per_frame", heard.sectors},
                  {"config", printable(heard.config)},
                  {"unasked", heard.unasked}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string json_text(const std::vector<ConfigAnswer>& answers) {
  Json list = Json::array();
  for (const ConfigAnswer& answer : answers) {
    list.push_back({{"target", answer.target.text()},
                    {"config", answer.refusal.empty() ? Json(printable(answer.config)) : Json()},
                    {"refusal", answer.refusal.empty() ? Json() : Json(answer.refusal)}});
  }
  return text_of(list);
}

std::string json_text(const PingAnswer& answer) {
  Json smart;
  if (answer.smart) {
    std::string hex;
    for (const std::byte byte : answer.smart->data) hex += fmt::format("{:02x}", static_cast<unsigned>(byte));
    smart = {{"command", answer.smart->command}, {"status", answer.smart->status},
             {"error", answer.smart->error},     {"count", answer.smart->count},
             {"lba", answer.smart->lba},         {"data", hex.empty() ? Json() : Json(hex)}};
  }
  const auto& identity = answer.identity;
  return text_of({{"target", answer.target.text()},
                  {"interface", answer.interface},
                  {"mac", answer.mac.text()},
                  {"latency_us", static_cast<double>(answer.latency.count()) / 1e3},
                  {"bytes", identity ? Json(identity->sectors * base::kSectorBytes) : Json()},
                  {"model", identity ? Json(identity->model) : Json()},
                  {"serial", identity ? Json(identity->serial) : Json()},
                  {"firmware", identity ? Json(identity->firmware) : Json()},
                  {"smart", std::move(smart)}});
}

std::string json_text(const std::vector<CheckedInterface>& interfaces,
                      const std::vector<TargetFound>& targets) {
  Json list = Json::array();
  for (const CheckedInterface& interface : interfaces) {
    list.push_back({{"interface", interface.name},
                    {"enabled", interface.enabled},
                    {"mtu", interface.mtu},
                    {"pci_id", interface.pci_id.empty() ? Json() : Json(interface.pci_id)}});
  }
  return text_of({{"interfaces", std::move(list)}, {"targets", json_of(targets)}});
}

std::string interface_list_json(std::string_view list) {
  Json names = list_of(list);
  const bool all = names.empty();
  return text_of({{"all", all}, {"interfaces", std::move(names)}});
}

std::string json_text(const std::vector<DeviceLoad>& loads) {
  const auto number = [](const std::optional<std::uint64_t>& value) { return value ? Json(*value) : Json(); };
  Json list = Json::array();
  for (const DeviceLoad& load : loads) {
    Json paths = Json::array();
    for (const PathState& path : load.paths.paths) {
      paths.push_back({{"mac", path.mac},
                       {"out", path.out},
                       {"window", path.window},
                       {"buffers", path.buffers},
                       {"taint", path.taint},
                       {"frames_per_second", path.frame_rate},
                       {"interfaces", list_of(path.interfaces)}});
    }
    list.push_back({{"device", load.name},
                    {"state", load.state},
                    {"reads_per_second", load.reads},
                    {"read_bytes_per_second", load.read_bytes},
                    {"writes_per_second", load.writes},
                    {"written_bytes_per_second", load.written_bytes},
                    {"in_flight", load.in_flight},
                    {"rtt_us", number(load.paths.rtt_us)},
                    {"rtt_deviation_us", number(load.paths.rtt_deviation_us)},
                    {"retransmit_us", number(load.paths.retransmit_us())},
                    {"paths", std::move(paths)}});
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace aoetools
