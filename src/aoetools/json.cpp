#include "aoetools/json.h"

#include "aoetools/printable.h"
#include "base/number.h"
#include "base/units.h"

#include <nlohmann/json.hpp>

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

Json list_of(const std::optional<std::string>& commas) {
  Json list = Json::array();
  std::string_view rest = commas ? std::string_view(*commas) : std::string_view();
  if (rest == "none") return list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    list.push_back(std::string(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return list;
}

}  // namespace

std::string json_text(const std::vector<Device>& devices) {
  Json list = Json::array();
  for (const Device& device : devices) {
    const auto payload = device.payload ? base::parse_number(*device.payload) : std::nullopt;
    list.push_back({{"device", device.name},
                    {"shelf", device.address.shelf},
                    {"slot", device.address.slot},
                    {"bytes", device.sectors ? Json(*device.sectors * base::kSectorBytes) : Json()},
                    {"interfaces", list_of(device.interfaces)},
                    {"payload", payload ? Json(*payload) : Json()},
                    {"state", or_null(device.state)},
                    {"up", device.is_up()},
                    {"mac", or_null(device.mac)},
                    {"firmware", or_null(device.firmware)}});
  }
  return text_of(list);
}

std::string json_text(const std::vector<TargetFound>& targets) {
  Json list = Json::array();
  for (const TargetFound& target : targets) {
    const TargetPath& best = target.best();
    const auto& identity = best.identity;
    const std::string conflict = target.conflict();
    Json paths = Json::array();
    for (const TargetPath& path : target.paths) {
      paths.push_back({{"interface", path.interface},
                       {"mac", path.mac.text()},
                       {"mtu", path.mtu},
                       {"sectors_per_frame", path.sectors},
                       {"sectors_carried", path.carried ? Json(*path.carried) : Json()},
                       {"buffers", path.buffers},
                       {"firmware", path.firmware},
                       {"config", printable(path.config)}});
    }
    list.push_back({{"target", target.address.text()},
                    {"shelf", target.address.shelf},
                    {"slot", target.address.slot},
                    {"bytes", identity ? Json(identity->sectors * base::kSectorBytes) : Json()},
                    {"model", identity ? Json(identity->model) : Json()},
                    {"serial", identity ? Json(identity->serial) : Json()},
                    {"conflict", conflict.empty() ? Json() : Json(conflict)},
                    {"paths", std::move(paths)}});
  }
  return text_of(list);
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

}  // namespace aoetools
