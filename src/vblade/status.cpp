#include "vblade/status.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

namespace vblade {

namespace {

const char* sync_name(config::Sync sync) {
  switch (sync) {
    case config::Sync::write: return "write";
    case config::Sync::flush: return "flush";
    case config::Sync::none: return "none";
  }
  return "?";
}

std::string state_of(const Export& one, const Inventory& inventory) {
  if (one.target.sectors == 0) return "no disk";
  if (one.queue.flush_failed()) return "flush failed";
  for (const std::string& name : one.interfaces) {
    const auto port = inventory.ports().find(name);
    if (port != inventory.ports().end() && port->second->link() != nullptr && port->second->was_up) return "serving";
  }
  return "no link";
}

nlohmann::json counters_of(const ExportCounters& counters) {
  return {{"reads", counters.reads},
          {"writes", counters.writes},
          {"flushes", counters.flushes},
          {"others", counters.others},
          {"bytes_read", counters.bytes_read},
          {"bytes_written", counters.bytes_written},
          {"errors", counters.errors},
          {"refused", counters.refused},
          {"dropped", counters.dropped}};
}

nlohmann::json export_of(const Export& one, const Inventory& inventory) {
  const auto& text = one.target.config_string;
  return {{"address", one.address().text()},
          {"path", one.volume.path().string()},
          {"sectors", one.target.sectors},
          {"read_only", one.target.read_only},
          {"sync", sync_name(one.settings().sync)},
          {"direct", one.settings().direct},
          {"interfaces", one.interfaces},
          {"state", state_of(one, inventory)},
          {"config_string", std::string(reinterpret_cast<const char*>(text.data()), text.size())},
          {"in_flight", one.queue.outstanding()},
          {"counters", counters_of(one.counters)}};
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
  nlohmann::json out{{"version", AOE_VERSION}, {"pid", ::getpid()}};
  out["exports"] = nlohmann::json::array();
  for (const auto& [address, one] : inventory.exports()) out["exports"].push_back(export_of(*one, inventory));
  out["interfaces"] = nlohmann::json::array();
  for (const auto& [name, port] : inventory.ports()) out["interfaces"].push_back(port_of(*port));
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vblade
