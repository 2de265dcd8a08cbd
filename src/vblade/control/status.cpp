#include "vblade/control/status.h"

#include "base/version.h"
#include "vblade/process/front_process.h"

namespace vblade {

namespace {

using base::Json;

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
  if (one.path_state() == disk::PathState::other) return "replaced";
  if (one.path_state() == disk::PathState::gone) return "deleted";
  if (!one.rivals.empty() && !one.settings().force) return "rival";
  for (const std::string& name : one.interfaces) {
    const auto port = inventory.ports().find(name);
    if (port != inventory.ports().end() && port->second->link() != nullptr && port->second->was_up)
      return "serving";
  }
  return "no link";
}

Json counters_of(const ExportCounters& counters) {
  return Json::Fields{{"reads", counters.reads},           {"writes", counters.writes},
                      {"flushes", counters.flushes},       {"others", counters.others},
                      {"bytes_read", counters.bytes_read}, {"bytes_written", counters.bytes_written},
                      {"errors", counters.errors},         {"refused", counters.refused},
                      {"dropped", counters.dropped},       {"limited", counters.limited}};
}

// A second's worth; 0: any number.
Json limit_of(const config::Limit& limit) {
  return Json::Fields{{"requests", limit.requests}, {"bytes", limit.bytes}};
}

Json latency_of(const Latency& latency) {
  Json::List counts;
  for (std::size_t i = 0; i < Latency::kBuckets; ++i) counts.emplace_back(latency.count(i));
  return Json::Fields{{"counts", counts}, {"sum_us", latency.sum_micros()}};
}

Json client_of(const ClientCounters& client) {
  return Json::Fields{{"mac", client.mac.text()},
                      {"requests", client.requests},
                      {"bytes_read", client.bytes_read},
                      {"bytes_written", client.bytes_written},
                      {"errors", client.errors}};
}

Json rival_of(const Rival& rival) {
  return Json::Fields{{"mac", rival.mac.text()}, {"interface", rival.interface}};
}

Json export_of(const Export& one, const Inventory& inventory) {
  const auto& text = one.target.config_string;
  return Json::Fields{{"address", one.address().text()},
                      {"path", one.volume->path().string()},
                      {"sectors", one.target.sectors},
                      {"read_only", one.target.read_only},
                      {"sync", sync_name(one.settings().sync)},
                      {"direct", one.settings().direct},
                      {"interfaces", Json::list_of(one.interfaces)},
                      {"state", state_of(one, inventory)},
                      {"config_string", std::string(reinterpret_cast<const char*>(text.data()), text.size())},
                      {"in_flight", one.outstanding()},
                      {"limit", limit_of(one.settings().limit)},
                      {"client_limit", limit_of(one.settings().client_limit)},
                      {"mask", Json::list_of(one.target.mask, &base::MacAddress::text)},
                      {"reservation", Json::list_of(one.target.reservation, &base::MacAddress::text)},
                      {"rivals", Json::list_of(one.rivals, rival_of)},
                      {"counters", counters_of(one.counters)},
                      {"latency", latency_of(one.latency)},
                      {"clients", Json::list_of(one.clients.all(), client_of)}};
}

Json port_of(const Port& port) {
  Json out = Json::Fields{{"name", port.name},
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
    out.set("ring_frames", port.link()->room());
    out.set("overrun", counters.overrun);
    out.set("excess", counters.excess);
    out.set("truncated", counters.truncated);
    out.set("refused", counters.refused);
  }
  return out;
}

}  // namespace

base::Json status_of(const Inventory& inventory) {
  const auto export_json = [&](const auto& entry) { return export_of(*entry.second, inventory); };
  const auto port_json = [](const auto& entry) { return port_of(*entry.second); };
  return Json::Fields{{"version", base::version()},
                      {"pid", front_process()},
                      {"exports", Json::list_of(inventory.exports(), export_json)},
                      {"interfaces", Json::list_of(inventory.ports(), port_json)},
                      {"left_out", Json::list_of(inventory.left_out(), &config::Problem::message)}};
}

}  // namespace vblade
