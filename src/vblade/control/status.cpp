#include "vblade/control/status.h"

#include "base/version.h"
#include "vblade/process/front.h"

#include <nlohmann/json.hpp>

namespace vblade {

namespace {

const char* sync_name(config::Sync sync) {
  switch (sync) {
    case config::Sync::write:
      return "write";
    case config::Sync::flush:
      return "flush";
    case config::Sync::none:
      return "none";
  }
  return "?";
}

std::string state_of(const Export& one, const Inventory& inventory) {
  if (one.drained) return "drained";
  if (one.target.sectors == 0) return "no disk";
  if (one.queue.flush_failed()) return "flush failed";
  if (one.target.failing) return "disk errors";
  if (one.place() == disk::Place::other) return "replaced";
  if (one.place() == disk::Place::gone) return "deleted";
  for (const std::string& name : one.interfaces) {
    const auto port = inventory.ports().find(name);
    if (port != inventory.ports().end() && port->second->link() != nullptr && port->second->was_up)
      return "serving";
  }
  return "no link";
}

nlohmann::json counters_of(const ExportCounters& counters) {
  return {{"reads", counters.reads},           {"writes", counters.writes},
          {"flushes", counters.flushes},       {"others", counters.others},
          {"bytes_read", counters.bytes_read}, {"bytes_written", counters.bytes_written},
          {"errors", counters.errors},         {"refused", counters.refused},
          {"dropped", counters.dropped}};
}

std::vector<std::string> texts_of(const std::vector<base::MacAddress>& macs) {
  std::vector<std::string> texts;
  for (const auto& mac : macs) texts.push_back(mac.text());
  return texts;
}

nlohmann::json latency_of(const Latency& latency) {
  auto counts = nlohmann::json::array();
  for (std::size_t i = 0; i < Latency::kBuckets; ++i) counts.push_back(latency.count(i));
  return {{"counts", counts}, {"sum_us", latency.sum_micros()}};
}

nlohmann::json clients_of(const Export& one) {
  auto clients = nlohmann::json::array();
  for (const ClientCounters& client : one.clients.all()) {
    clients.push_back({{"mac", client.mac.text()},
                       {"requests", client.requests},
                       {"bytes_read", client.bytes_read},
                       {"bytes_written", client.bytes_written},
                       {"errors", client.errors}});
  }
  return clients;
}

nlohmann::json export_of(const Export& one, const Inventory& inventory) {
  const auto& text = one.target.config_string;
  return {{"address", one.address().text()},
          {"path", one.volume->path().string()},
          {"sectors", one.target.sectors},
          {"read_only", one.target.read_only},
          {"sync", sync_name(one.settings().sync)},
          {"direct", one.settings().direct},
          {"interfaces", one.interfaces},
          {"state", state_of(one, inventory)},
          {"config_string", std::string(reinterpret_cast<const char*>(text.data()), text.size())},
          {"in_flight", one.queue.outstanding()},
          {"mask", texts_of(one.target.mask)},
          {"reservation", texts_of(one.target.reservation)},
          {"counters", counters_of(one.counters)},
          {"latency", latency_of(one.latency)},
          {"clients", clients_of(one)}};
}

nlohmann::json port_of(const Port& port) {
  nlohmann::json out{{"name", port.name},
                     {"link", port.link() != nullptr && port.was_up},
                     {"mac", port.wire.mac.text()},
                     {"mtu", port.wire.mtu},
                     {"requests", port.counters.requests},
                     {"replies", port.counters.replies},
                     {"not_ours", port.counters.not_ours},
                     {"malformed", port.counters.malformed},
                     {"dropped", port.counters.dropped}};
  if (port.link() != nullptr) {
    const net::LinkCounters counters = port.link()->counters();
    out["overrun"] = counters.overrun;
    out["refused"] = counters.refused;
  }
  return out;
}

}  // namespace

std::string status_json(const Inventory& inventory) {
  nlohmann::json out{{"version", base::version()}, {"pid", front()}};
  out["exports"] = nlohmann::json::array();
  for (const auto& [address, one] : inventory.exports()) out["exports"].push_back(export_of(*one, inventory));
  out["interfaces"] = nlohmann::json::array();
  for (const auto& [name, port] : inventory.ports()) out["interfaces"].push_back(port_of(*port));
  out["left_out"] = nlohmann::json::array();
  for (const auto& problem : inventory.left_out()) out["left_out"].push_back(problem.message);
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vblade
