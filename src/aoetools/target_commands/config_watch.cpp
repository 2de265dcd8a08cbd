#include "aoetools/target_commands/config_watch.h"

#include "aoe/request.h"
#include "aoe/response.h"
#include "aoetools/wire/tags.h"
#include "base/json.h"
#include "base/printable.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace aoetools {

namespace {

struct ConfigHeard {
  net::CapturedFrame::Time time;
  aoe::Address target;
  std::string interface;
  base::MacAddress mac;
  unsigned buffers = 0, sectors = 0;
  std::string config;    // the bytes of the string
  bool unasked = false;  // an announcement
};

void ask_everybody(Wire& wire) {
  Tags tags;
  for (std::size_t port = 0; port < wire.ports().size(); ++port) {
    const aoe::Envelope everybody{.source = wire.ports()[port].interface.mac, .tag = tags.next()};
    wire.send(port, aoe::config_request(everybody, aoe::ConfigCommand::read));
  }
}

ConfigHeard heard_of(const Wire& wire, const Wire::Heard& heard, const aoe::Header& header,
                     const aoe::ConfigReply& reply) {
  return {.time = heard.time,
          .target = header.address,
          .interface = wire.ports()[heard.port].interface.name,
          .mac = header.source,
          .buffers = reply.buffer_count,
          .sectors = reply.sectors(),
          .config = std::string(reinterpret_cast<const char*>(reply.text.data()), reply.text.size()),
          .unasked = header.tag == 0};
}

base::Json to_json(const ConfigHeard& heard) {
  return base::Json::Fields{{"time", std::chrono::duration<double>(heard.time.time_since_epoch()).count()},
                            {"target", heard.target.text()},
                            {"interface", heard.interface},
                            {"mac", heard.mac.text()},
                            {"buffers", heard.buffers},
                            {"sectors_per_frame", heard.sectors},
                            {"config", base::printable(heard.config)},
                            {"unasked", heard.unasked}};
}

std::string line_of(const ConfigHeard& heard) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(heard.time).time_since_epoch().count();
  const auto time = static_cast<std::time_t>(seconds);
  std::tm local{};
  ::localtime_r(&time, &local);
  return fmt::format("{:02}:{:02}:{:02} {} on {} at {}: {} buffers, {} sectors, config '{}'{}", local.tm_hour,
                     local.tm_min, local.tm_sec, heard.target.text(), heard.interface, heard.mac.text(),
                     heard.buffers, heard.sectors, base::printable(heard.config),
                     heard.unasked ? ", unasked" : "");
}

}  // namespace

void watch_configs(Wire& wire, std::span<const aoe::Address> wanted, bool json) {
  ask_everybody(wire);
  for (;;) {
    const auto frame = wire.hear(Wire::Clock::now() + std::chrono::seconds(60));
    const auto response = frame ? aoe::parse_response(frame->frame) : std::nullopt;
    const auto* reply = response ? std::get_if<aoe::ConfigReply>(&response->body) : nullptr;
    if (!reply) continue;
    const aoe::Header& header = response->header;
    if (!wanted.empty() && std::ranges::find(wanted, header.address) == wanted.end()) continue;
    const ConfigHeard heard = heard_of(wire, *frame, header, *reply);
    fmt::print("{}\n", json ? to_json(heard).text() : line_of(heard));
    std::fflush(stdout);
  }
}

}  // namespace aoetools
