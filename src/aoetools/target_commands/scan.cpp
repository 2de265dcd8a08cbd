// aoe scan: every target on the wires, from user space, without the driver.
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "aoetools/target_commands/config_watch.h"
#include "aoetools/wire/scan_progress.h"
#include "aoetools/wire/target_words.h"
#include "base/printable.h"
#include "base/text_table.h"
#include "base/units.h"

#include <algorithm>
#include <chrono>
#include <span>

namespace aoetools {

namespace {

// A config string may have a thousand bytes, which would tear the table apart; --json has it whole.
std::string shortened(std::string text) {
  constexpr std::size_t kMost = 40;
  if (text.size() <= kMost) return text;
  text.resize(kMost - 3);
  return text + "...";
}

std::string table_of(const std::vector<TargetFound>& targets) {
  using enum base::Align;
  base::TextTable table({{"target", left},
                         {"size", right},
                         {"interface", left},
                         {"mac", left},
                         {"sectors", right},
                         {"works", right},
                         {"path mtu", right},
                         {"buffers", right},
                         {"model", left},
                         {"serial", left},
                         {"config", left}});
  for (const TargetFound& target : targets) {
    const auto& identity = target.best().identity;
    for (const TargetPath& path : target.paths) {
      const bool first = &path == &target.paths.front();
      table.add_row(
          {first ? target.address.text() : "",
           first && identity ? base::size_text(identity->sectors * base::kSectorBytes) : "", path.interface,
           path.mac.text(), std::to_string(path.sectors), path.carried ? std::to_string(*path.carried) : "-",
           path.proven_mtu() ? std::to_string(*path.proven_mtu()) : "-", std::to_string(path.buffers),
           first && identity ? identity->model : "", first && identity ? identity->serial : "",
           first ? shortened(base::printable(path.config)) : ""});
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
      if (const std::string trouble = path.trouble(); !trouble.empty())
        complain(invocation, "warning: {} over {}: {}", target.address.text(), path.interface, trouble);
    }
  }
  return conflict;
}

}  // namespace

int scan(const Invocation& invocation) {
  std::chrono::milliseconds timeout{1000};
  bool json = false, watching = false;
  std::vector<std::string> interfaces, words;
  Options options(
      invocation,
      "Finds targets from user space, without the driver.\n"
      "'sectors' is the largest request that the target advertises, 'works' the largest that was verified,\n"
      "and 'path mtu' the MTU that such a request needs on every interface and switch of the path.\n"
      "Exit status: 0 found, 1 nothing found (or not all of TARGET) or one address served by two hosts.",
      {{"aoe scan", "list every target on every interface that is up"},
       {"aoe scan -i eth1,eth2 e1.0", "test if both interfaces reach e1.0"},
       {"aoe scan --json", "for scripts"},
       {"aoe scan --watch", "print announcements and answers until interrupted"}});
  options.values("-i,--interface", interfaces, "NAME", "search only these; names or patterns")
      .duration("-t,--timeout", timeout, "listen for this time")
      .flag("--json", json, "print JSON")
      .flag("-w,--watch", watching, "search, then print every config reply until interrupted")
      .words("TARGET", words, "only these, as in e1.0");
  if (const auto status = options.parse()) return *status;
  const auto wanted = addresses_of(invocation, words);
  if (!wanted) return kUsage;

  auto wire = Wire::open(interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  if (watching) watch_configs(*wire, *wanted, json);

  const auto targets = scan_with_progress(*wire, *wanted, timeout);
  if (json) {
    fmt::print("{}\n", to_json(targets).indented_text());
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
