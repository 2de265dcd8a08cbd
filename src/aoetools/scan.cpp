// aoe scan: every target on the wires, from user space, without the driver.
#include "aoe/request.h"
#include "aoe/response.h"
#include "aoetools/json.h"
#include "aoetools/options.h"
#include "aoetools/printable.h"
#include "aoetools/scanner.h"
#include "aoetools/target_words.h"
#include "aoetools/terminal.h"
#include "base/text_table.h"
#include "base/units.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <span>

namespace aoetools {

namespace {

using std::chrono::milliseconds;

std::string table_of(const std::vector<TargetFound>& targets) {
  using enum base::Align;
  base::TextTable table({{"target", left},
                         {"size", right},
                         {"interface", left},
                         {"mac", left},
                         {"sectors", right},
                         {"works", right},
                         {"buffers", right},
                         {"model", left},
                         {"serial", left},
                         {"config", left}});
  for (const TargetFound& target : targets) {
    const auto& identity = target.best().identity;
    for (const TargetPath& path : target.paths) {
      const bool first = &path == &target.paths.front();
      table.add_row({first ? target.address.text() : "",
                     first && identity ? base::size_text(identity->sectors * base::kSectorBytes) : "",
                     path.interface, path.mac.text(), std::to_string(path.sectors),
                     path.carried ? std::to_string(*path.carried) : "-", std::to_string(path.buffers),
                     first && identity ? identity->model : "", first && identity ? identity->serial : "",
                     first ? printable(path.config) : ""});
    }
  }
  return table.text();
}

// Returns whether any address is served by more than one host.
bool warn(const Invocation& invocation, const std::vector<TargetFound>& targets) {
  bool conflict = false;
  for (const TargetFound& target : targets) {
    if (const std::string who = target.conflict(); !who.empty()) {
      conflict = true;
      complain(invocation, "{}",
               coloured(Colour::red,
                        fmt::format(
                            "WARNING: {} is served by two hosts: {}. The driver would spread its writes over "
                            "both and destroy the data: stop one, or give it another address.",
                            target.address.text(), who),
                        stderr));
    }
    for (const TargetPath& path : target.paths) {
      if (!path.carried || *path.carried >= path.expected()) continue;
      complain(invocation,
               "warning: {} over {}: frames with {} sectors get lost, with {} they get through; something "
               "between has "
               "a smaller MTU than {}",
               target.address.text(), path.interface, path.expected(), *path.carried, path.mtu);
    }
  }
  return conflict;
}

// Until a signal ends it.
[[noreturn]] void watch(Wire& wire) {
  Tags tags;
  for (std::size_t port = 0; port < wire.ports().size(); ++port) {
    const aoe::Envelope everybody{.source = wire.ports()[port].interface.mac, .tag = tags.next()};
    wire.send(port, aoe::config_request(everybody, aoe::ConfigCommand::read));
  }
  for (;;) {
    const auto heard = wire.hear(Wire::Clock::now() + std::chrono::seconds(60));
    const auto response = heard ? aoe::parse_response(heard->frame) : std::nullopt;
    const auto* config = response ? std::get_if<aoe::ConfigReply>(&response->body) : nullptr;
    if (!config) continue;
    const aoe::Header& header = response->header;
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    fmt::print("{:02}:{:02}:{:02} {} on {} at {}: {} buffers, {} sectors, config '{}'{}\n", local.tm_hour,
               local.tm_min, local.tm_sec, header.address.text(), wire.ports()[heard->port].interface.name,
               header.source.text(), config->buffer_count, config->sectors_per_frame, printable(config->text),
               header.tag == 0 ? ", unasked" : "");
    std::fflush(stdout);
  }
}

// A second is no long time, and a line that comes and goes within one only flickers.
std::vector<TargetFound> scan_with_progress(Wire& wire, std::span<const aoe::Address> wanted,
                                            milliseconds timeout) {
  ProgressLine line;
  if (!line.live()) return Scanner(wire).scan(wanted, timeout);
  return Scanner(wire,
                 [&](std::size_t targets, milliseconds since_start) {
                   if (since_start < std::chrono::seconds(1)) return;
                   line.show(fmt::format("{} of {}: {} target{} ", base::duration_text(since_start),
                                         base::duration_text(timeout), targets, targets == 1 ? "" : "s"));
                 })
      .scan(wanted, timeout);
}

}  // namespace

int scan(const Invocation& invocation) {
  std::chrono::milliseconds timeout{1000};
  bool json = false, watching = false;
  std::vector<std::string> interfaces, words;
  Options options(
      invocation,
      "Finds targets from user space: it needs no driver, and shows what it would not.\n"
      "'sectors' is what the target says one frame may hold, 'works' what really got through both ways.\n"
      "Exit status: 0 found, 1 nothing found (or not all of TARGET) or one address served by two hosts.",
      {{"aoe scan", "every target on every interface that is up"},
       {"aoe scan -i eth1,eth2 e1.0", "is e1.0 reached over both?"},
       {"aoe scan --json", "for scripts"},
       {"aoe scan --watch", "announcements and answers as they come"}});
  options.values("-i,--interface", interfaces, "NAME", "look on these alone; names or globs")
      .duration("-t,--timeout", timeout, "how long to listen")
      .flag("--json", json, "print JSON")
      .flag("-w,--watch", watching, "ask, then print every config reply until interrupted")
      .words("TARGET", words, "only these, as in e1.0");
  if (const auto status = options.parse()) return *status;
  const auto wanted = addresses_of(invocation, words);
  if (!wanted) return kUsage;

  auto wire = Wire::open(interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  if (watching) watch(*wire);

  const auto targets = scan_with_progress(*wire, *wanted, timeout);
  if (json) {
    fmt::print("{}", json_text(targets));
  } else if (!targets.empty()) {
    fmt::print("{}", table_of(targets));
  }
  std::fflush(stdout);
  const bool conflict = warn(invocation, targets);
  bool missing = false;
  for (const aoe::Address address : *wanted) {
    if (std::ranges::find(targets, address, &TargetFound::address) != targets.end()) continue;
    missing = true;
    complain(invocation, "{} did not answer within {} on {}", address.text(), base::duration_text(timeout),
             wire->names());
  }
  if (targets.empty() && wanted->empty()) {
    return complain(invocation, "no target answered within {} on {}", base::duration_text(timeout),
                    wire->names());
  }
  return conflict || missing ? kFailed : kDone;
}

}  // namespace aoetools
